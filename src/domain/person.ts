/** A person as the portal knows them. Keyed by `sub`, which is the Authentik user's uuid (facts: authentik §2). */
export type Person = {
  /** Authentik user uuid; the `sub` claim. */
  id: string;
  /** Authentik username; also the JupyterHub user name. */
  username: string;
  /** Name to show. */
  name: string;
  email: string;
  /** Names of the Authentik groups the person was a direct member of when last looked at. */
  groups: readonly string[];
  /** False once Authentik says that the account is deactivated or gone. */
  active: boolean;
  /** When groups and activity were last read from Authentik. */
  checkedAt: Date;
  /** Language of pages and mails. */
  language: Language;
};

export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

/** Which Authentik groups make a teacher and make governance; from the settings. */
export type RoleGroups = { teachers: string; governance: string };

/** The portal-wide roles of a person. Everyone who is signed in may be a participant. */
export type Roles = { teacher: boolean; governance: boolean };

/** Roles follow from group membership alone; they are never stored. */
export function rolesOf(person: Pick<Person, "groups" | "active">, groups: RoleGroups): Roles {
  return {
    teacher: person.active && person.groups.includes(groups.teachers),
    governance: person.active && person.groups.includes(groups.governance),
  };
}
