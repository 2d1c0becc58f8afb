import type { IdentityHub } from "../../ports/identity.ts";
import { type ApplicationAnswer, applicationAnswer } from "./answers.ts";
import { goneMeanwhile, hasStatus, needsPerson } from "./fault.ts";
import { self } from "./look-up.ts";
import { applicationSlugOf, publisherOf } from "./names.ts";
import type { Parts } from "./parts.ts";

/**
 * The hub's application, or null when there is none that the portal can see. It is read by its slug: the list holds
 * only what the portal's account could open itself (facts: authentik §1).
 * @throws Unavailable when an application of this slug was not made for this hub
 */
export async function findApplication({ client }: Parts, hub: IdentityHub): Promise<ApplicationAnswer | null> {
  const slug = applicationSlugOf(hub.slug);
  let application: ApplicationAnswer;
  try {
    application = await client.get(`look at the application ${slug}`, `/core/applications/${slug}/`, applicationAnswer);
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    if (!hasStatus(error, 403)) throw error;
    // 403 also means that the account may see no application at all, as before the first and after the last hub.
    await self(client);
    return null;
  }
  if (application.meta_publisher !== publisherOf(hub.id)) {
    throw needsPerson(
      `There is an application ${slug} in Authentik that the portal did not make for this hub, or whose publisher ` +
        `somebody changed. Remove it there, or set its publisher back to "${publisherOf(hub.id)}".`,
    );
  }
  return application;
}

/** @throws Unavailable when it is not there */
export async function neededApplication(parts: Parts, hub: IdentityHub): Promise<ApplicationAnswer> {
  const application = await findApplication(parts, hub);
  if (application) return application;
  throw goneMeanwhile(`The application ${applicationSlugOf(hub.slug)} is missing in Authentik.`);
}
