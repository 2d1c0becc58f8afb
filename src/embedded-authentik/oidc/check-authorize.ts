import type { Provider } from "../store/records.ts";
import type { World } from "../world.ts";
import type { OAuthErrorCode } from "./faults.ts";
import { providerByClientId } from "./find-application.ts";
import { scopesOf } from "./make-claims.ts";
import { isRegistered } from "./match-redirect.ts";

/** An authorize request that is in order. */
export type AuthorizeRequest = {
  provider: Provider;
  redirectUri: string;
  fragment: boolean;
  scope: readonly string[];
  state: string;
  nonce: string | null;
  prompt: ReadonlySet<string>;
  /** In seconds; null when the client does not mind how long ago the person signed in. */
  maxAge: number | null;
  challenge: string | null;
  challengeMethod: "S256" | "plain";
};

/** A fault goes to the client only when it is certain who the client is; else the person is told. */
export type CheckedAuthorize =
  | { kind: "good"; request: AuthorizeRequest }
  | { kind: "tell-person"; title: string; reason: string }
  | { kind: "tell-client"; redirectUri: string; fragment: boolean; state: string; error: OAuthErrorCode };

/** Looks at an authorize request in Authentik's order: client, redirect address, grant, scopes, PKCE. */
export function checkAuthorize(world: World, query: URLSearchParams): CheckedAuthorize {
  const given = (name: string) => query.get(name) ?? "";
  const provider = providerByClientId(world.store, given("client_id"));
  if (!provider) {
    return {
      kind: "tell-person",
      title: "Client ID Error",
      reason: "The client identifier (client_id) is missing or invalid.",
    };
  }
  const redirectUri = given("redirect_uri");
  if (!isRegistered(provider, "authorization", redirectUri)) {
    return {
      kind: "tell-person",
      title: "Redirect URI Error",
      reason: "The redirect address (redirect_uri) is missing, or it is not registered for this application.",
    };
  }

  const fragment = given("response_mode") === "fragment";
  const state = given("state");
  const refuse = (error: OAuthErrorCode): CheckedAuthorize => ({
    kind: "tell-client",
    redirectUri,
    fragment,
    state,
    error,
  });
  if (given("response_type") !== "code") return refuse("unsupported_response_type");
  if (given("response_mode") === "form_post") return refuse("invalid_request");
  if (world.traits.grantTypes && !provider.grantTypes.includes("authorization_code")) return refuse("invalid_request");

  const known = scopesOf(world, provider);
  const asked = words(given("scope"));
  const scope = asked.length === 0 ? known : known.filter((one) => asked.includes(one));
  const prompt = new Set(words(given("prompt")).filter((word) => ["none", "consent", "login"].includes(word)));
  // Being let in without the person there is something they must have agreed to.
  if (scope.includes("offline_access")) prompt.add("consent");

  const challenge = query.get("code_challenge") || null;
  const challengeMethod = query.get("code_challenge_method") || "plain";
  if (challenge !== null && challengeMethod !== "S256" && challengeMethod !== "plain") return refuse("invalid_request");
  const maxAge = given("max_age");
  if (maxAge !== "" && !/^\d+$/.test(maxAge)) return refuse("invalid_request");
  if (query.has("request")) return refuse("request_not_supported");

  return {
    kind: "good",
    request: {
      provider,
      redirectUri,
      fragment,
      scope,
      state,
      nonce: query.get("nonce"),
      prompt,
      // Authentik takes 0 as not given.
      maxAge: Number(maxAge) || null,
      challenge,
      challengeMethod: challengeMethod === "S256" ? "S256" : "plain",
    },
  };
}

const words = (text: string) => text.split(/\s+/).filter(Boolean);
