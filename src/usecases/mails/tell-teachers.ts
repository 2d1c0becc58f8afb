import type { Hub } from "../../domain/hub.ts";
import type { OwedMail } from "../../domain/mail.ts";
import type { Store } from "../../ports/store.ts";
import { teachersOf } from "../find-hub.ts";

type TeacherMail = Omit<OwedMail, "to" | "hubId">;

/**
 * Owes a mail to each teacher of a hub: its owner and its co-teachers. Call it in the transaction of the act itself.
 * @param options.except who acted and needs no mail about it
 * @param options.digest what comes within a day of the last such mail is told by one mail a day later
 * @param options.onceADay nobody gets a second mail of this kind about this hub within 24 hours
 * @returns ids of all teachers
 */
export async function tellTeachers(
  store: Store,
  hub: Pick<Hub, "id" | "teacherId">,
  mail: TeacherMail,
  now: Date,
  options: { except?: string; onceADay?: boolean; digest?: boolean } = {},
): Promise<string[]> {
  const teachers = await teachersOf({ store }, hub);
  for (const personId of teachers) {
    if (personId === options.except) continue;
    const owed = { ...mail, to: { personId }, hubId: hub.id };
    if (options.digest) await store.digests.add(owed, now);
    else if (options.onceADay) await store.mails.addOnceADay(owed, now);
    else await store.mails.add(owed, now);
  }
  return teachers;
}
