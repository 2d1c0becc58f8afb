import type { Provider, RedirectUri } from "../store/records.ts";

/** True when the address is registered with the provider for this purpose, letter by letter or by its pattern. */
export function isRegistered(provider: Provider, type: RedirectUri["type"], address: string): boolean {
  if (/^(javascript|data|vbscript):/i.test(address) || !URL.canParse(address)) return false;
  return provider.redirectUris.some((uri) => uri.type === type && matches(uri, address));
}

function matches({ mode, url }: RedirectUri, address: string): boolean {
  if (mode === "strict") return url === address;
  try {
    return new RegExp(`^(?:${url})$`).test(address);
  } catch {
    // A pattern that is none admits nothing.
    return false;
  }
}
