import { customNotebook } from "./notebook-type.ts";

/** A container image reference in its parts (OCI distribution spec 1.1, "Pulling manifests"; grammar of distribution/reference). */
export type ImageReference = { registry: string; repository: string; tag: string | null; digest: string | null };

const registryPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::\d{1,5})?$/;
const partPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/**
 * Takes a reference as typed, such as `quay.io/jupyter/scipy-notebook:2026-07-28`. The registry must be written out:
 * a short name would be looked up wherever the cluster happens to look.
 * @returns its parts, or a sentence that says what is wrong
 */
export function parseImageReference(text: string): ImageReference | string {
  if (text === "") return "Enter an image, such as quay.io/jupyter/scipy-notebook:2026-07-28";
  if (text.length > 256) return "The image must have at most 256 characters";
  if (/^[a-z]+:\/\//i.test(text)) return "Enter the image without https:// in front";
  if (/\s/.test(text)) return "The image must not have spaces";

  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0) return "The image must have at most one @, before its digest, and no user name or password";
  if (digest !== undefined && !digestPattern.test(digest)) {
    return digest.includes("/")
      ? "The image must not have a user name or password"
      : "The digest of the image must be sha256: and 64 hexadecimal digits";
  }

  const slash = named.indexOf("/");
  const registry = slash < 0 ? "" : named.slice(0, slash);
  const writtenOut = registry === "localhost" || registry.includes(".") || registry.includes(":");
  if (!writtenOut) return "The image must begin with its registry, such as quay.io/ or docker.io/";
  if (!registryPattern.test(registry) || Number(registry.split(":")[1] ?? 443) > 65_535)
    return "The registry of the image is not a host name";

  const rest = named.slice(slash + 1);
  const colon = rest.indexOf(":");
  const repository = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? null : rest.slice(colon + 1);
  if (repository === "" || !repository.split("/").every((part) => partPattern.test(part))) {
    return "The name of the image may have only lower-case letters, digits and single . _ - between them";
  }
  if (tag !== null && !tagPattern.test(tag)) return "The tag of the image may have only letters, digits, and . _ -";
  return { registry, repository, tag, digest: digest ?? null };
}

/** What a person should think about before using a reference that is valid; null when there is nothing. */
export function imageWarning(reference: ImageReference): string | null {
  if (reference.digest !== null) return null;
  if (reference.tag === null) return "The image has no tag, so it may change during the usage period";
  if (reference.tag === "latest") return "The tag latest may point to another image later; a dated tag stays the same";
  return null;
}

/** The same for a hub as it is stored. The images of the catalogue are the provider's choice and need no warning. */
export function warningAbout(hub: { notebookType: string; image: string }): string | null {
  if (hub.notebookType !== customNotebook) return null;
  const reference = parseImageReference(hub.image);
  return typeof reference === "string" ? null : imageWarning(reference);
}
