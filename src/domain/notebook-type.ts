/** One entry of the notebook catalogue: what a teacher can choose. */
export type NotebookType = {
  /** Stored with the hub; never `custom`. */
  id: string;
  name: string;
  /** One line. */
  description: string;
  /** Full OCI reference. */
  image: string;
  /** Path that opens first; begins with one slash. */
  defaultUrl: string;
};

/** Id of the choice where the teacher names image and default URL. */
export const customNotebook = "custom";

/** Takes a default URL as typed; returns what is wrong with it as one sentence, or null. */
export function defaultUrlFault(path: string): string | null {
  if (path === "") return "Enter a default URL, such as /lab";
  if (path.length > 256) return "The default URL must have at most 256 characters";
  if (!/^\/(?!\/)[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*$/.test(path)) {
    return "The default URL must be a path that begins with one slash, such as /lab";
  }
  if (path.split(/[/?#]/).includes("..")) return "The default URL must not have .. in it";
  return null;
}

/** Name to show for a hub's notebook type; an entry may have left the catalogue since. */
export function notebookName(id: string, catalogue: readonly NotebookType[]): string {
  if (id === customNotebook) return "Custom";
  return catalogue.find((type) => type.id === id)?.name ?? id;
}
