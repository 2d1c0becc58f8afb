import type { IdentityHub } from "../../ports/identity.ts";
import { tokenAnswer } from "./answers.ts";
import { findProvider } from "./ensure-provider.ts";
import { hasStatus } from "./fault.ts";
import { userByUuid } from "./find-users.ts";
import type { Parts } from "./parts.ts";

/**
 * Ends the access and refresh tokens that a user holds for the hub. Taking a person out of the group does not do
 * that (facts: authentik §3). Where the portal's account lacks the right, they end by themselves.
 */
export async function revokeTokens(parts: Parts, hub: IdentityHub, userId: string): Promise<void> {
  const [user, provider] = await Promise.all([userByUuid(parts, userId), findProvider(parts, hub)]);
  if (!user || !provider) return;
  for (const kind of ["refresh", "access"] as const) {
    const path = `/oauth2/${kind}_tokens/`;
    try {
      const aim = `look for the ${kind} tokens of ${user.username}`;
      const query = { provider: provider.pk, user: user.pk };
      for (const token of await parts.client.list(aim, path, tokenAnswer, query)) {
        await parts.client.remove(`end the ${kind} tokens of ${user.username}`, `${path}${token.pk}/`);
      }
    } catch (error) {
      // 403 also means that there is no such token that the account may see.
      if (!hasStatus(error, 403)) throw error;
      parts.log.info({ hub: hub.slug, kind }, "no tokens to end, or no right to; they run out by themselves");
    }
  }
}
