import type { Person } from "../domain/person.ts";
import type { Page, PageAsk } from "./store.ts";

/** A person as the portal knows them. */
export type KnownPerson = {
  person: Person;
  /** When the portal first heard of the person. */
  knownSince: Date;
  /** When the person last used the portal; null for those who never signed in here. */
  lastSeenAt: Date | null;
  /** The person had their data deleted here, so what Authentik says of them is not kept. */
  erased: boolean;
};

/** Everybody whom the portal knows. */
export interface Directory {
  /**
   * By name.
   * @param filter.text part of name, username or e-mail address; empty for all
   * @param filter.group name of an Authentik group that they were in when last looked at; null for any
   */
  search(filter: { text: string; group: string | null }, ask: PageAsk): Promise<Page<KnownPerson & { hubs: number }>>;
  byId(id: string): Promise<KnownPerson | null>;
  /** Notes that the person uses the portal. */
  noteSeen(id: string, at: Date): Promise<void>;
}
