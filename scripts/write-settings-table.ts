/** Writes the table of settings into the README, from the settings themselves: `node scripts/write-settings-table.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { settingsTable } from "../src/config/settings-table.ts";

const file = resolve(import.meta.dirname, "../README.md");
const readme = readFileSync(file, "utf8");
writeFileSync(
  file,
  readme.replace(
    /(<!-- settings -->)[\s\S]*(<!-- \/settings -->)/,
    (_all, start, end) => `${start}\n${settingsTable()}\n${end}`,
  ),
);
