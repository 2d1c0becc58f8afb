import { z } from "zod";
import { Unavailable } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";

const timeoutMs = 5000;
/** Short, so that whoever signs in while Authentik is down is told so here, and not led to an address that is dead. */
const keptMs = 10_000;

const document = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  userinfo_endpoint: z.url(),
  jwks_uri: z.url(),
  end_session_endpoint: z.url().optional(),
});

/** What the portal uses of an issuer's discovery document (OpenID Connect Discovery 1.0 §3). */
export type Issuer = z.infer<typeof document>;

export type Discovery = {
  /** The document, at most ten seconds old. Throws Unavailable with a sentence for the person who signs in. */
  issuer(): Promise<Issuer>;
  /** The document as last seen, without asking; null when it never was. */
  known(): Issuer | null;
};

/**
 * Reads the discovery document when it is first needed, so that the portal starts and works while Authentik is down.
 * @param issuer with the trailing slash that Authentik gives it
 */
export function createDiscovery(issuer: string, clock: Clock): Discovery {
  let known: { document: Issuer; at: number } | null = null;
  let reading: Promise<Issuer> | null = null;
  const read = async (): Promise<Issuer> => {
    const address = `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`;
    let found: Issuer;
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
      if (!response.ok) throw new Error(`status ${response.status}`);
      found = document.parse(await response.json());
    } catch (error) {
      const sentence = "Sign-in is not possible at the moment: Authentik does not answer. Try again in a few minutes.";
      throw new Unavailable(sentence, { cause: error });
    }
    if (found.issuer !== issuer) {
      const sentence = "Sign-in is not possible: Authentik names another issuer than the portal's settings do.";
      throw new Unavailable(sentence, { transient: false });
    }
    known = { document: found, at: clock.now().getTime() };
    return found;
  };
  return {
    async issuer() {
      if (known !== null && clock.now().getTime() - known.at < keptMs) return known.document;
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
    known: () => known?.document ?? null,
  };
}
