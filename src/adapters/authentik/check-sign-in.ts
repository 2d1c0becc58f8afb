import { z } from "zod";
import { doubtful, type Finding, good, wrong } from "../../domain/finding.ts";
import type { Clock } from "../../ports/clock.ts";
import { neededScopes } from "./look-up.ts";
import type { Parts } from "./parts.ts";

/** The portal's own provider and application in Authentik. */
export type OwnClient = {
  applicationSlug: string;
  clientId: string;
  clientSecret: string;
  /** The redirect URI that the portal signs in with. */
  callbackUrl: string;
};

const discoveryDocument = z.object({
  issuer: z.string(),
  jwks_uri: z.string(),
  id_token_signing_alg_values_supported: z.array(z.string()),
  scopes_supported: z.array(z.string()).default([]),
});

/** Seconds that the clocks may differ: a token is refused when it seems to come from the future. */
const tolerableSkew = { good: 5, bearable: 60 };

/** Looks at what people sign in to the portal through, as anyone could: without the API token. */
export async function checkSignIn(parts: Parts, own: OwnClient, clock: Clock): Promise<Finding[]> {
  const { client, url } = parts;
  const issuer = `${url}/application/o/${own.applicationSlug}/`;
  const answer = await client.askOpenly(`${issuer}.well-known/openid-configuration`);
  if (!answer) {
    return [
      wrong(
        `Authentik does not answer at ${url}.`,
        "Check AUTHENTIK_URL, and that Authentik runs and can be reached from here.",
      ),
    ];
  }
  const findings = checkClock(answer.headers.get("date"), clock.now());
  const document = discoveryDocument.safeParse(answer.body);
  if (answer.status !== 200 || !document.success) {
    return [
      ...findings,
      wrong(
        `There is no discovery document at ${issuer}.`,
        `Check AUTHENTIK_URL and AUTHENTIK_APPLICATION_SLUG; the application ${own.applicationSlug} needs an OAuth2 provider.`,
      ),
    ];
  }
  const found = document.data;
  findings.push(
    found.issuer === issuer
      ? good(`Sign-in is offered by ${issuer}.`)
      : wrong(
          `The issuer is ${found.issuer}, but ${issuer} was asked.`,
          "Set AUTHENTIK_URL to the address that browsers use, and the provider's issuer mode to one issuer per application.",
        ),
  );
  findings.push(await checkSigning(parts, found));
  const missing = neededScopes.filter((scope) => !found.scopes_supported.includes(scope));
  findings.push(
    missing.length === 0
      ? good("The portal's provider offers the scopes openid, email and profile.")
      : wrong(
          `The portal's provider does not offer the scope ${missing.join(" and ")}.`,
          "Add the built-in scope mappings openid, email and profile to it; the groups are in profile.",
        ),
  );
  findings.push(await checkClient(parts, own), await checkRedirect(parts, own));
  return findings;
}

function checkClock(header: string | null, now: Date): Finding[] {
  const theirs = Date.parse(header ?? "");
  if (Number.isNaN(theirs)) return [];
  const skew = Math.round(Math.abs(theirs - now.getTime()) / 1000);
  if (skew <= tolerableSkew.good) return [good("The clocks of the portal and Authentik agree.")];
  const what = `The clocks of the portal and Authentik differ by ${skew} seconds.`;
  const advice = "Synchronise both machines by NTP; sign-in fails when the clocks differ too much.";
  return [skew <= tolerableSkew.bearable ? doubtful(what, advice) : wrong(what, advice)];
}

async function checkSigning(parts: Parts, found: z.infer<typeof discoveryDocument>): Promise<Finding> {
  const algorithms = found.id_token_signing_alg_values_supported;
  const keys = z
    .object({ keys: z.array(z.unknown()).default([]) })
    .safeParse((await parts.client.askOpenly(found.jwks_uri))?.body);
  const hasKeys = keys.success && keys.data.keys.length > 0;
  if (hasKeys && algorithms.some((name) => name === "RS256" || name === "ES256")) {
    return good(`Tokens are signed by ${algorithms.join(", ")}.`);
  }
  return wrong(
    `Tokens are signed by ${algorithms.join(", ")}, which the portal refuses.`,
    "Choose a signing key in the portal's provider, such as the authentik Self-signed Certificate.",
  );
}

/** A missing code is refused as such only after the client was recognised (RFC 6749 §5.2). */
async function checkClient({ client, url }: Parts, own: OwnClient): Promise<Finding> {
  const answer = await client.askOpenly(`${url}/application/o/token/`, {
    grant_type: "authorization_code",
    client_id: own.clientId,
    client_secret: own.clientSecret,
    redirect_uri: own.callbackUrl,
    code: "",
  });
  const body = z.object({ error: z.string() }).safeParse(answer?.body);
  const error = body.success ? body.data.error : "no answer that can be read";
  if (error === "invalid_grant") return good("Authentik knows the portal's client id and secret.");
  if (error === "invalid_client") {
    return wrong(
      "Authentik does not know the portal's client id, or the secret is wrong.",
      "Copy OIDC_CLIENT_ID and OIDC_CLIENT_SECRET from the portal's provider in Authentik.",
    );
  }
  return doubtful(
    `Whether Authentik knows the portal's client could not be found out (${error.slice(0, 60)}).`,
    "Sign in to the portal once to see.",
  );
}

/** A wrong redirect URI is refused before anybody is asked to sign in, and so is a missing grant type. */
async function checkRedirect({ client, url }: Parts, own: OwnClient): Promise<Finding> {
  const address = new URL(`${url}/application/o/authorize/`);
  const query = {
    client_id: own.clientId,
    redirect_uri: own.callbackUrl,
    response_type: "code",
    scope: "openid",
    state: "doctor",
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const answer = await client.askOpenly(address.href);
  const sentTo = answer?.headers.get("location") ?? "";
  if (sentTo.startsWith(own.callbackUrl) && sentTo.includes("error=")) {
    return wrong(
      "The portal's provider does not allow signing in by authorization code.",
      "Choose the grant types authorization_code and refresh_token in the provider (Authentik 2026.5 and later).",
    );
  }
  if (answer && answer.status >= 300 && answer.status < 400) {
    return good(`The provider takes the portal's redirect URI ${own.callbackUrl}.`);
  }
  return doubtful(
    `Authentik seems not to take the portal's redirect URI ${own.callbackUrl}.`,
    "Enter exactly this address in the portal's provider, with matching mode strict.",
  );
}
