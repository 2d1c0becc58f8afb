import type { AdmissionEntry } from "../domain/admission-list.ts";

/** Whom hubs accept without a click. Personal data: shown to the hub's staff alone, and erased with the hub's data. */
export interface AdmissionLists {
  /** The entries of a hub, domains first, then by address. */
  of(hubId: string): Promise<AdmissionEntry[]>;
  /** Which of these entries the hub's list has. */
  matching(hubId: string, entries: readonly AdmissionEntry[]): Promise<AdmissionEntry[]>;
  /** Replaces the whole list. */
  replace(hubId: string, entries: readonly AdmissionEntry[], addedBy: string, at: Date): Promise<void>;
  /** Erases the hub's list. */
  forget(hubId: string): Promise<void>;
}
