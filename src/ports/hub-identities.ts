/** What is known of one hub in Authentik. */
export type HubIdentity = {
  hubId: string;
  /** Fingerprint of what was last written there; null when nothing was. */
  told: string | null;
  /** When all of it was last found to be there, or made so. */
  toldAt: Date | null;
  /** When the members of the hub's group were last looked at. */
  lookedAt: Date | null;
  /** When to look again; null for at once. */
  nextLookAt: Date | null;
  /** What kept the last look from its end, in plain words. */
  trouble: string | null;
};

/** Somebody in a hub's group whom neither the teacher accepted nor the portal put there. */
export type Stranger = {
  /** uuid of the Authentik user; they may never have signed in to the portal. */
  userId: string;
  username: string;
  name: string;
  email: string;
  foundAt: Date;
};

/** What the reconciler knows of hubs in Authentik. */
export interface HubIdentities {
  /** What is known of a hub; everything null when it was never looked at. */
  of(hubId: string): Promise<HubIdentity>;
  keep(hubId: string, change: Partial<Omit<HubIdentity, "hubId">>): Promise<void>;
  /** Fingerprints by the hub's id, of the hubs that have no trouble. */
  told(): Promise<Map<string, string>>;
  /** Ids of hubs with a group that are to be looked at, those that have waited longest first. */
  due(now: Date, limit: number): Promise<string[]>;
  /** Makes the hub with this group due at once. Returns its id; null when no hub has the group. */
  expire(groupId: string): Promise<string | null>;
  /** Makes the hubs due in which the person takes part, or which they help with or own. Returns their ids. */
  expireOfPerson(personId: string): Promise<string[]>;

  /** Strangers in the hub's group as last seen, by name; without those who were accepted since. */
  strangers(hubId: string): Promise<Stranger[]>;
  /** Replaces the list. */
  keepStrangers(hubId: string, strangers: readonly Stranger[]): Promise<void>;
}
