import { existsSync, readFileSync } from "node:fs";
import { type Settings, secretSettings, settings } from "./settings.ts";

/** What the portal runs on: the settings, with presets that follow from one another filled in. */
export type Config = Settings & {
  HOST: string;
  PUBLIC_URL: string;
  production: boolean;
  /** True when no Authentik is set and the embedded one runs. */
  tryOut: boolean;
};

/** The settings are not usable; `message` lists every fault, one a line, without any secret. */
export class ConfigFault extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The portal cannot start with these settings:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.name = "ConfigFault";
    this.faults = faults;
  }
}

/**
 * Reads and checks all settings. The only reader of the environment.
 * @param env environment variables; empty ones count as not set
 * @returns the settings, typed
 * @throws ConfigFault listing every fault at once
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const given: Record<string, string> = {};
  for (const name of Object.keys(settings.shape)) {
    const value = env[name];
    if (value !== undefined && value !== "") given[name] = value;
  }
  for (const name of secretSettings) {
    const path = env[`${name}_FILE`];
    if (path === undefined || path === "") continue;
    try {
      given[name] = readFileSync(path, "utf8").trim();
    } catch {
      faults.push(`${name}_FILE names a file that cannot be read: ${path}`);
    }
  }

  const result = settings.safeParse(given);
  const wrong = new Set<string>();
  for (const issue of result.error?.issues ?? []) {
    const name = issue.path.join(".");
    wrong.add(name);
    faults.push(`${name} ${issue.message}`);
    delete given[name];
  }
  // What follows from several settings is looked at with presets in place of the faulty ones, so that all is told at once.
  const set = result.data ?? settings.parse(given);
  faults.push(...faultsBetween(set).filter((fault) => !wrong.has(fault.split(" ")[0] ?? "")));
  if (faults.length > 0) throw new ConfigFault(faults);

  const production = set.NODE_ENV === "production";
  const tryOut = set.AUTHENTIK_URL === undefined;

  return {
    ...set,
    HOST: set.HOST ?? (production ? "0.0.0.0" : "127.0.0.1"),
    PUBLIC_URL: (set.PUBLIC_URL ?? `http://localhost:${set.PORT}`).replace(/\/+$/, ""),
    production,
    tryOut,
  };
}

/** What settings that are good by themselves do wrong together. Each fault begins with the name of a setting. */
function faultsBetween(set: Settings): string[] {
  const faults: string[] = [];
  const production = set.NODE_ENV === "production";
  const tryOut = set.AUTHENTIK_URL === undefined;
  if (set.SECRET_KEY !== undefined && set.SECRET_KEY.length < 32) {
    faults.push("SECRET_KEY must have at least 32 characters");
  }
  if (tryOut && production) {
    faults.push("AUTHENTIK_URL is needed in production; the embedded stand-in for Authentik is only for trying out");
  }
  if (!tryOut) {
    for (const name of ["AUTHENTIK_TOKEN", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const) {
      if (set[name] === undefined) faults.push(`${name} is needed with AUTHENTIK_URL`);
    }
  }
  if (production) {
    if (set.SECRET_KEY === undefined) faults.push("SECRET_KEY is needed in production");
    if (set.PUBLIC_URL === undefined) faults.push("PUBLIC_URL is needed in production");
    if (set.HUB_BACKEND === "local") {
      faults.push("HUB_BACKEND must be kubernetes in production; local hubs are not isolated from one another");
    }
  }
  if (set.HUB_BACKEND === "kubernetes") faults.push(...placeFaults(set));
  faults.push(...addressFaults(set));
  if (set.INSTITUTION_LOGO !== undefined && !/\.(svg|png)$/i.test(set.INSTITUTION_LOGO)) {
    faults.push("INSTITUTION_LOGO must be the path of an SVG or PNG file");
  } else if (set.INSTITUTION_LOGO !== undefined && !existsSync(set.INSTITUTION_LOGO)) {
    faults.push(`INSTITUTION_LOGO names a file that does not exist: ${set.INSTITUTION_LOGO}`);
  }
  for (const name of ["BRAND_COLOUR", "ACCENT_COLOUR"] as const) {
    if (contrastToWhite(set[name]) < 4.5) {
      faults.push(`${name} ${set[name]} is too light: white text on it needs a contrast of at least 4.5 to 1`);
    }
  }
  return faults;
}

/** The portal's own address: all paths are below its root, and https can only come from a proxy in front. */
function addressFaults({ PUBLIC_URL: address, TRUST_PROXY: proxies }: Settings): string[] {
  if (address === undefined) return [];
  const faults: string[] = [];
  const url = new URL(address);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    faults.push("PUBLIC_URL must be an address without a path, such as https://hubs.example.org");
  }
  if (url.protocol === "https:" && proxies === 0) {
    faults.push(
      "TRUST_PROXY must be at least 1 with an https PUBLIC_URL: a reverse proxy speaks https for the portal, and without its word nobody could sign in",
    );
  }
  return faults;
}

/** Where hubs live: one of two ways, and never beside the portal on the same host. */
function placeFaults(set: Settings): string[] {
  const { HUB_DOMAIN: domain, HUB_HOST: host, PUBLIC_URL: portal } = set;
  if (domain === undefined && host === undefined)
    return ["HUB_DOMAIN or HUB_HOST is needed with HUB_BACKEND=kubernetes"];
  if (domain !== undefined && host !== undefined) return ["HUB_DOMAIN and HUB_HOST must not both be set"];
  const portalHost = portal === undefined ? null : new URL(portal).hostname;
  if (host !== undefined && host === portalHost) {
    return [
      "HUB_HOST must not be the portal's host: participants' pages could act in the name of whoever is signed in",
    ];
  }
  return [];
}

/**
 * Contrast of a colour to white, from 1 to 21 (WCAG 2.2, "contrast ratio").
 * @param colour `#rrggbb`
 */
export function contrastToWhite(colour: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return 1.05 / (luminance + 0.05);
}
