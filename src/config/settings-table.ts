import { secretSettings, settings } from "./settings.ts";

/** The table of all settings for the README, in Markdown. */
export function settingsTable(): string {
  const secret = new Set<string>(secretSettings);
  const rows = Object.entries(settings.shape).map(([name, schema]) => {
    const preset = schema.safeParse(undefined);
    const shown = preset.success && preset.data !== undefined ? `\`${showPreset(preset.data)}\`` : "";
    const file = secret.has(name) ? " (or `_FILE`)" : "";
    return `| \`${name}\`${file} | ${shown} | ${schema.description ?? ""} |`;
  });
  return ["| setting | preset | meaning |", "|---|---|---|", ...rows].join("\n");
}

/** A preset as it would be written in the environment. */
function showPreset(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "object" && value !== null) return Object.values(value).join(":");
  return String(value);
}
