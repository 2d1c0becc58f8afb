import pino from "pino";
import type { Log } from "../../ports/log.ts";

/**
 * Writes one JSON object a line to standard output. Fields whose names say that they hold a secret are left out, in
 * case one slips in.
 */
export function createLog(level: string): Log {
  const names = ["token", "apiToken", "clientSecret", "secret", "password", "authorization", "cookie"];
  return pino({
    level,
    base: null,
    redact: { paths: names.flatMap((name) => [name, `*.${name}`]), remove: true },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
