import { benchKubernetes } from "./kubernetes.ts";

/** One thing measured; over its limit, the run fails. */
export type Measured = { what: string; value: number; unit: string; limit: number | null };

const benches: Record<string, () => Promise<Measured[]>> = { kubernetes: benchKubernetes };

/** `npm run bench`, or `npm run bench -- <name>` for one of them. */
const chosen = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`\n${name}`);
  for (const { what, value, unit, limit } of await bench()) {
    const over = limit !== null && value > limit;
    const shown = `${Math.round(value * 10) / 10}${unit === "" ? "" : ` ${unit}`}`;
    console.log(
      `  ${over ? "OVER " : "     "}${shown.padStart(10)}  ${what}${limit === null ? "" : ` (at most ${limit})`}`,
    );
    if (over) process.exitCode = 1;
  }
}
