import type { Log } from "../../src/ports/log.ts";

/** A log that says nothing. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
