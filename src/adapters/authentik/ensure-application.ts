import type { IdentityHub } from "../../ports/identity.ts";
import { type ApplicationAnswer, applicationAnswer } from "./answers.ts";
import { AuthentikFault, hasStatus, needsPerson } from "./fault.ts";
import { findApplication } from "./find-application.ts";
import { findOrCreate } from "./find-or-create.ts";
import { isAtLeast } from "./look-up.ts";
import { applicationSlugOf, libraryHeading, publisherOf } from "./names.ts";
import type { Parts } from "./parts.ts";

/**
 * Makes sure that the hub's application exists and shows name, description and period as they are now. It is made
 * without a provider: an application without bindings is open to everyone, so nothing must lead through it yet.
 */
export async function ensureApplication(parts: Parts, hub: IdentityHub): Promise<void> {
  const { client } = parts;
  const slug = applicationSlugOf(hub.slug);
  const shown = shownFields(parts, hub);

  let application: ApplicationAnswer;
  try {
    application = await findOrCreate(
      client,
      () => findApplication(parts, hub),
      () =>
        client.create(`create the application ${slug}`, "/core/applications/", { slug, ...shown }, applicationAnswer),
    );
  } catch (error) {
    // Refused, and still not to be seen: it is somebody else's.
    if (hasStatus(error, 400) && error.method === "POST" && /slug/.test(error.sentence)) {
      throw needsPerson(`${error.sentence} If an application ${slug} is there already, remove it in Authentik.`);
    }
    throw error;
  }

  const { meta_icon: icon, ...compared } = shown;
  const changed = Object.entries(compared).some(
    ([field, value]) => (application[field as keyof typeof compared] ?? "") !== value,
  );
  if (changed || (application.meta_icon ?? "") !== icon) {
    application = await client.change(
      `update the application ${slug}`,
      `/core/applications/${slug}/`,
      shown,
      applicationAnswer,
    );
  }
  if (application.meta_icon !== icon) await setIconByAddress(parts, slug, icon);
}

/** What people see of the hub in Authentik's library, and how its bindings count. */
function shownFields(parts: Parts, hub: IdentityHub) {
  const period = `Usage period: ${hub.period.start} to ${hub.period.end}`;
  return {
    // Authentik trims what it stores; untrimmed, it would look changed for ever.
    name: hub.name.trim(),
    group: libraryHeading,
    meta_launch_url: hub.url,
    meta_description: hub.description.trim() === "" ? period : `${hub.description.trim()}\n\n${period}`,
    meta_publisher: publisherOf(hub.id),
    meta_icon: `${parts.publicUrl}/hub-icon.svg`,
    // Either group lets a person through.
    policy_engine_mode: "any",
  };
}

/** Until 2025.10 the icon cannot be written with the other fields. It is only for the eye: no reason to stop. */
async function setIconByAddress(parts: Parts, slug: string, url: string): Promise<void> {
  if (isAtLeast(await parts.version(), 2025, 12)) return;
  try {
    await parts.client.act(`set the icon of ${slug}`, `/core/applications/${slug}/set_icon_url/`, { url });
  } catch (error) {
    if (!(error instanceof AuthentikFault) || error.transient) throw error;
    const { status, requestId } = error;
    parts.log.warn({ application: slug, status, requestId }, "Authentik does not take the icon of a hub");
  }
}
