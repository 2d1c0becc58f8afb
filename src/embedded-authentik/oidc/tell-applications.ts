import { randomUUID } from "node:crypto";
import type { Provider, Session, Token, User } from "../store/records.ts";
import type { World } from "../world.ts";
import { issuerOf } from "./addresses.ts";
import { applicationOf } from "./find-application.ts";
import { subjectOf } from "./make-claims.ts";
import { sign } from "./sign-tokens.ts";

const event = "http://schemas.openid.net/event/backchannel-logout";
const timeLimitMs = 5_000;

/**
 * Tells the applications that someone signed in to that the session is over: OpenID Connect Back-Channel Logout 1.0,
 * which Authentik has since 2025.8. In the background, once, and only those whose provider has an address for it.
 */
export function tellApplications(world: World, session: Session): void {
  if (!world.traits.logoutUri) return;
  const user = world.store.users.get(session.user);
  if (!user) return;
  for (const pk of session.logins ?? []) {
    const provider = world.store.providers.get(pk);
    // As in Authentik, an application whose access tokens have all expired counts as left already.
    const now = world.clock.now().getTime();
    const isLive = (token: Token) =>
      token.session === session.id && token.provider === pk && Date.parse(token.expires) > now;
    if (!world.store.accessTokens.find(isLive)) continue;
    if (provider?.logoutUri && provider.logoutMethod === "backchannel") {
      tell(world, provider, user, session).catch((error: unknown) => {
        world.log.warn(
          { provider: provider.name, fault: String(error) },
          "could not tell an application of a sign-out",
        );
      });
    }
  }
}

async function tell(world: World, provider: Provider, user: User, session: Session): Promise<void> {
  const application = applicationOf(world.store, provider);
  if (!application) return;
  const now = Math.floor(world.clock.now().getTime() / 1000);
  const token = await sign(
    world,
    provider,
    {
      iss: issuerOf(world, { application, provider }),
      sub: subjectOf(world, provider, user),
      aud: provider.clientId,
      iat: now,
      exp: now + 120,
      jti: randomUUID(),
      sid: session.id,
      events: { [event]: {} },
    },
    "logout+jwt",
  );
  const response = await fetch(provider.logoutUri, {
    method: "POST",
    body: new URLSearchParams({ logout_token: token }),
    redirect: "error",
    signal: AbortSignal.any([AbortSignal.timeout(timeLimitMs), world.stopping]),
  });
  await response.body?.cancel();
  world.log.info({ provider: provider.name, status: response.status }, "told an application of a sign-out");
}
