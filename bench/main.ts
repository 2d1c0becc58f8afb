import { benchDeploy } from "./deploy.ts";
import { benchKubernetes } from "./kubernetes.ts";
import { isKept, type Measured, tableOf } from "./measured.ts";
import { benchPages } from "./pages.ts";

const benches: Record<string, () => Promise<Measured[]>> = {
  deploy: benchDeploy,
  pages: benchPages,
  kubernetes: benchKubernetes,
};

/** `npm run bench`, or `npm run bench -- <name>` for one of them. */
const chosen = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const begun = Date.now();
  const rows = await bench();
  console.log(`\n${name} (${Math.round((Date.now() - begun) / 1000)} s)\n${tableOf(rows)}`);
  if (!rows.every(isKept)) process.exitCode = 1;
}
