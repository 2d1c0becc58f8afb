import type { Log } from "../../ports/log.ts";
import type { Client } from "./client.ts";

/** What every step works with. */
export type Parts = {
  client: Client;
  log: Log;
  /** Address of Authentik, without a trailing slash. */
  url: string;
  parentGroup: string;
  teacherGroup: string;
  governanceGroup: string;
  /** Address of the portal, without a trailing slash. */
  publicUrl: string;
  /** Release of Authentik, such as `2025.12.4`; kept for some minutes. */
  version(): Promise<string>;
};
