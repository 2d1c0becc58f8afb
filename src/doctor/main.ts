import { type Config, ConfigFault, readConfig } from "../config/read-config.ts";
import { type Finding, wrong } from "../domain/finding.ts";
import { printFindings } from "./print-findings.ts";
import { authentikCheck, placeCheck } from "./setup-checks.ts";

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
  const findings: Finding[] = [];
  for (const check of [authentikCheck(config, trial), placeCheck(config)]) findings.push(...(await check.examine()));
  return findings;
}

await main();
