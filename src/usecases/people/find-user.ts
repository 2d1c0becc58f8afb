import { Invalid } from "../../domain/errors.ts";
import type { IdentityUser } from "../../ports/identity.ts";
import type { Core } from "../core.ts";

/**
 * Whom somebody means by a username or an e-mail address, exactly; asked of Authentik, so that people who never signed
 * in here are found as well.
 * @param field that the faults belong to
 * @throws Invalid for nobody, several, or a deactivated account
 */
export async function findUser(core: Pick<Core, "identity">, typed: string, field: string): Promise<IdentityUser> {
  const text = typed.trim();
  const fault = (message: string) => new Invalid([{ field, message }]);
  if (text === "") throw fault("Enter a username or an e-mail address");
  const [user, ...others] = await core.identity.usersNamed(text);
  if (user === undefined) {
    throw fault("Authentik knows nobody of exactly this username or e-mail address. Check the spelling");
  }
  if (others.length > 0) throw fault("Several people have this e-mail address. Enter the username");
  if (!user.active) throw fault(`The account of ${user.name || user.username} is deactivated in Authentik`);
  return user;
}
