/** Releases of Authentik that the stand-in can behave like. */
export const versions = ["2024.12", "2025.12", "2026.8"] as const;
export type Version = (typeof versions)[number];
export const newestVersion: Version = "2026.8";

/** What differs between the releases, by the name of the difference. Source: the published API descriptions. */
export type Traits = {
  /** The full release number, as `/admin/version/` tells it. */
  release: string;
  /** A group has one `parent` (until 2025.10) or a list of `parents`. */
  manyParents: boolean;
  /** The name of a group is unique in the database, which changes the text of the refusal. */
  groupNameUnique: boolean;
  /** Longest slug of an application. */
  slugMax: number | null;
  /** Slugs that collide with addresses of the provider. */
  reservedSlugs: readonly string[];
  /** `meta_icon` is written as a string; before, only `set_icon_url` sets it. */
  iconWritable: boolean;
  /** Providers carry `grant_types`, which is empty when not given, and then nothing is granted. */
  grantTypes: boolean;
  /** `post_logout_redirect_uri` is honoured for redirect URIs of the type `logout`. */
  postLogout: boolean;
  /** A role may carry rights that its members get on what they create. */
  initialPermissions: boolean;
  /** What the `email_verified` claim says of everyone. */
  emailVerified: boolean;
  /** `logout_uri`, `logout_method` and `refresh_token_threshold` of a provider. */
  logoutUri: boolean;
  /** A user can hold a role without a group, and users carry `date_joined` and the like. */
  userRoles: boolean;
  /** Members, groups and users nested in another answer come in their short form. */
  shortNested: boolean;
  /** `assigned_application_slug` and the like are null when there is none; before, they are left out. */
  assignedNullable: boolean;
  /** The scope `entitlements` exists. */
  entitlements: boolean;
  /** Fields that came with 2026: `meta_hide`, `pbm_uuid`, `expires` of a binding, `is_current`. */
  fields2026: boolean;
  /** Lists end with an `autocomplete` object. */
  autocomplete: boolean;
};

const traits: Record<Version, Traits> = {
  "2024.12": {
    release: "2024.12.5",
    manyParents: false,
    groupNameUnique: false,
    slugMax: 50,
    reservedSlugs: [],
    iconWritable: false,
    grantTypes: false,
    postLogout: false,
    initialPermissions: false,
    emailVerified: true,
    logoutUri: false,
    userRoles: false,
    shortNested: false,
    assignedNullable: false,
    entitlements: true,
    fields2026: false,
    autocomplete: false,
  },
  "2025.12": {
    release: "2025.12.6",
    manyParents: true,
    groupNameUnique: true,
    slugMax: null,
    reservedSlugs: ["authorize", "token", "device", "userinfo", "introspect", "revoke"],
    iconWritable: true,
    grantTypes: false,
    postLogout: false,
    initialPermissions: true,
    emailVerified: false,
    logoutUri: true,
    userRoles: true,
    shortNested: true,
    assignedNullable: true,
    entitlements: true,
    fields2026: false,
    autocomplete: true,
  },
  "2026.8": {
    release: "2026.8.3",
    manyParents: true,
    groupNameUnique: true,
    slugMax: null,
    reservedSlugs: ["authorize", "token", "device", "userinfo", "introspect", "revoke"],
    iconWritable: true,
    grantTypes: true,
    postLogout: true,
    initialPermissions: true,
    emailVerified: false,
    logoutUri: true,
    userRoles: true,
    shortNested: true,
    assignedNullable: true,
    entitlements: true,
    fields2026: true,
    autocomplete: true,
  },
};

/** What is particular to a release. */
export function traitsOf(version: Version): Traits {
  return traits[version];
}
