/**
 * Word that something changed in Authentik. It may be late, doubled, wrong or missing: what is done about it is to look,
 * and the regular looks find the same.
 */
export type Hint =
  /** A group changed: its uuid, or its name where that is what matters. */
  | { about: "group"; id: string; name: string }
  /** The account of a person changed. */
  | { about: "person"; id: string };
