import type { HubKey } from "../../ports/hub-backend.ts";
import { codeOf } from "./api/fault.ts";
import { addressOf, hostOf } from "./names.ts";
import type { Parts } from "./parts.ts";

const patienceMs = 5000;

/**
 * Asks a hub for its health at its public address, as a browser would reach it.
 * @returns null when it answers; otherwise what is in the way, in plain words
 */
export async function visitHub({ fetch, platform }: Parts, hub: HubKey): Promise<string | null> {
  const { url } = addressOf(hub, platform);
  try {
    const answer = await fetch(`${url}hub/health`, { redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
    await answer.body?.cancel();
    if (answer.ok) return null;
    if (answer.status === 404) return `The ingress controller does not know ${url} yet`;
    if (answer.status >= 500) return `The ingress controller does not reach the hub yet (${answer.status})`;
    return `Something else answers at ${url} (${answer.status}). Check where the address leads`;
  } catch (error) {
    return explain(codeOf(error), hostOf(hub, platform), url);
  }
}

/** Codes of Node (errno, getaddrinfo) and OpenSSL. */
function explain(code: string, host: string, url: string): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `The address ${host} does not resolve. Check the (wildcard) DNS entry`;
  }
  if (/CERT|SIGNATURE|SELF_SIGNED|ISSUER|TLS|SSL/.test(code)) {
    return `The certificate of ${host} is not ready or not valid (${code})`;
  }
  return `Nothing answers at ${url} yet (${code})`;
}
