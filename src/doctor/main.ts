import { checkAuthentikSetup } from "../adapters/authentik/check-setup.ts";
import { checkKubernetesSetup } from "../adapters/kubernetes/check-setup.ts";
import { readPlatform } from "../adapters/kubernetes/read-platform.ts";
import { type Config, ConfigFault, readConfig } from "../config/read-config.ts";
import { type Finding, good, wrong } from "../domain/finding.ts";
import { printFindings } from "./print-findings.ts";

const silent = { info() {}, warn() {}, error() {} };

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
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    return error.faults.map((fault) => wrong(fault, "Correct the setting; the README has a table of all."));
  }
  return [...(await examineAuthentik(config, trial)), ...(await examineCluster(config))];
}

async function examineCluster(config: Config): Promise<Finding[]> {
  if (config.HUB_BACKEND !== "kubernetes") return [];
  try {
    return await checkKubernetesSetup({
      cluster: { kubeconfig: config.KUBECONFIG, context: config.KUBERNETES_CONTEXT },
      platform: readPlatform(config),
      log: silent,
    });
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    return error.faults.map((fault) => wrong(fault, "Correct the setting; the README has a table of all."));
  }
}

async function examineAuthentik(config: Config, trial: boolean): Promise<Finding[]> {
  const {
    AUTHENTIK_URL: url,
    AUTHENTIK_TOKEN: token,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
  } = config;
  if (!url || !token) return [good("No Authentik is set: the embedded stand-in is used, which is set up already.")];
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
