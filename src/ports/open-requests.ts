import type { ChangeRequest } from "../domain/change-request.ts";
import type { Hub } from "../domain/hub.ts";
import type { Page, PageAsk } from "./store.ts";

/** Something that governance has to decide: a request, or a change request. */
export type OpenRequest = {
  hub: Hub;
  /** The change that is proposed; null when the hub itself is requested. */
  change: ChangeRequest | null;
  teacherName: string;
  since: Date;
  /** Sent back with a question that the teacher has not answered yet. */
  sentBack: boolean;
};

/** What waits for governance, over requests and change requests. */
export interface OpenRequests {
  /** The oldest first; those that were sent back come last. */
  list(ask: PageAsk): Promise<Page<OpenRequest>>;
  /** How many wait for governance, and how many for an answer of the teacher. */
  count(): Promise<{ waiting: number; sentBack: number }>;
}
