/** Shortest and longest slug. 40 leaves room for prefixes in names of Authentik (50) and Kubernetes (63). */
export const slugLength = { min: 3, max: 40 } as const;

/**
 * Words that a slug must not be: Authentik's application slugs and URL parts (facts: authentik §2), names the portal
 * and its neighbours use, and host names that resolvers, mail programs or browsers treat specially.
 */
export const reservedSlugs: ReadonlySet<string> = new Set([
  ...["authorize", "token", "device", "userinfo", "introspect", "revoke", "authentik", "outpost", "flows", "source"],
  ...["application", "applications", "admin", "api", "static", "media", "auth", "sso", "login", "logout", "oauth"],
  ...["hub", "hubs", "portal", "hub-portal", "jhaas", "jupyter", "jupyterhub", "invitations", "sign-in", "sign-out"],
  ...["healthz", "readyz", "metrics", "status", "kubernetes", "default", "kube-system", "ingress", "user", "services"],
  ...["www", "mail", "smtp", "imap", "pop3", "ftp", "ldap", "vpn", "ntp", "dns", "ns1", "ns2", "webmail", "proxy"],
  ...["autoconfig", "autodiscover", "wpad", "isatap", "localhost", "local", "localdomain", "internal", "intranet"],
  ...["example", "test", "invalid", "onion", "broadcasthost", "root", "host", "any", "all", "null", "undefined"],
]);

/** Takes a slug as typed; returns what is wrong with it as one sentence, or null. Uniqueness is the store's to say. */
export function slugFault(slug: string): string | null {
  const { min, max } = slugLength;
  if (slug === "") return "Enter a slug";
  if (slug.length < min || slug.length > max) return `The slug must have ${min} to ${max} characters`;
  if (!/^[a-z0-9-]+$/.test(slug)) return "The slug may have only lower-case letters a to z, digits and hyphens";
  if (slug.startsWith("-") || slug.endsWith("-")) return "The slug must not begin or end with a hyphen";
  // Two hyphens at places 3 and 4 are for encoded names (RFC 5891 §4.2.3.1); browsers show such hosts as gibberish.
  if (slug.slice(2, 4) === "--") return "The slug must not have two hyphens as third and fourth character";
  if (reservedSlugs.has(slug)) return "This slug is reserved. Choose another one";
  return null;
}

/** Takes a project name; returns a slug for it that keeps the rules, or an empty text when nothing is left. */
export function proposeSlug(name: string): string {
  const letters: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", ø: "o", å: "a" };
  const plain = name
    .toLowerCase()
    .replace(/[äöüßæøå]/g, (letter) => letters[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, slugLength.max)
    .replace(/^-+|-+$/g, "");
  return slugFault(plain) === null ? plain : "";
}
