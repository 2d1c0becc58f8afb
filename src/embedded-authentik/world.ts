import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "./store/open-store.ts";
import type { Traits } from "./versions.ts";

/** Someone whom the sign-in page names, with the password that lets them in. */
export type ShownPerson = { username: string; name: string; password: string; role: string };

/** What every part of the stand-in works with. */
export type World = {
  store: Store;
  traits: Traits;
  /** Without a trailing slash. */
  publicUrl: string;
  clock: Clock;
  log: Log;
  /** Aborted when the stand-in closes. */
  stopping: AbortSignal;
  /** Who can try things out; empty where the sign-in page is to tell nobody. */
  shownPeople: readonly ShownPerson[];
};
