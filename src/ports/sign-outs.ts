/** Somebody signed out of Authentik, as it told the portal. */
export type SignOut = {
  /** Id of the token that told of it; each is taken in once. */
  jti: string;
  /** Whose sessions end; null when only the session is named. */
  personId: string | null;
  /** Authentik's id of the session that ended (`sid`); null for all of the person's. */
  authentikSession: string | null;
  at: Date;
};

/** What decides whether a session of the portal is over. */
export type BegunSession = {
  personId: string;
  /** `sid` of the id token it began with; null when there was none. */
  authentikSession: string | null;
  begunAt: Date;
};

export interface SignOuts {
  /** Keeps a sign-out and forgets those older than `forgetBefore`. Returns false when the token was taken in before. */
  add(signOut: SignOut, forgetBefore: Date): Promise<boolean>;
  /** Whether a session began before a sign-out that ends it. */
  ends(session: BegunSession): Promise<boolean>;
}
