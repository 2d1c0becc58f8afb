import { checkAuthentikSetup } from "../adapters/authentik/check-setup.ts";
import { ConfigFault, readConfig } from "../config/read-config.ts";
import { type Finding, good, wrong } from "../domain/finding.ts";
import { printFindings } from "./print-findings.ts";

/**
 * `npm run doctor`: looks whether what the portal needs is set up, and says what to do. With `-- --trial` it also
 * makes and removes everything that a hub needs in Authentik. Ends with status 1 when something is wrong.
 */
async function main(): Promise<void> {
  const findings = await examine(process.argv.includes("--trial"));
  process.stdout.write(printFindings(findings));
  if (findings.some((finding) => finding.ok === false)) process.exitCode = 1;
}

async function examine(trial: boolean): Promise<Finding[]> {
  let config: ReturnType<typeof readConfig>;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    return error.faults.map((fault) => wrong(fault, "Correct the setting; the README has a table of all."));
  }
  const {
    AUTHENTIK_URL: url,
    AUTHENTIK_TOKEN: token,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
  } = config;
  if (!url || !token) return [good("No Authentik is set: the embedded stand-in is used, which is set up already.")];
  const silent = { info() {}, warn() {}, error() {} };
  return checkAuthentikSetup({
    url,
    token,
    parentGroup: config.AUTHENTIK_PARENT_GROUP,
    teacherGroup: config.TEACHER_GROUP,
    governanceGroup: config.GOVERNANCE_GROUP,
    publicUrl: config.PUBLIC_URL,
    log: silent,
    trial,
    own:
      clientId && clientSecret
        ? {
            applicationSlug: config.AUTHENTIK_APPLICATION_SLUG,
            clientId,
            clientSecret,
            callbackUrl: `${config.PUBLIC_URL}/sign-in/callback`,
          }
        : null,
  });
}

await main();
