import { dueReminder, reminderDays, remindsParticipants } from "../../domain/end-reminder.ts";
import type { Hub } from "../../domain/hub.ts";
import { addDays, dateIn } from "../../domain/usage-period.ts";
import { type Core, todayOf } from "../core.ts";
import { teachersOf } from "../find-hub.ts";

/**
 * Writes the mails that remind of a hub's end, each once. After days without the portal only the one that is due
 * then is written, not those that were missed.
 * @returns of how many hubs people are reminded
 */
export async function remindOfEnd(core: Core): Promise<number> {
  const today = todayOf(core);
  const [longest] = reminderDays;
  let reminded = 0;
  for (const hub of await core.store.hubs.openAndEndingBetween(today, addDays(today, longest))) {
    if (await remind(core, hub)) reminded++;
  }
  return reminded;
}

async function remind(core: Core, hub: Hub): Promise<boolean> {
  const accepted = hub.decidedAt === null ? hub.period.start : dateIn(core.rules.timeZone, hub.decidedAt);
  const openSince = accepted > hub.period.start ? accepted : hub.period.start;
  const days = dueReminder(hub.period, openSince, todayOf(core));
  if (days === null) return false;
  const now = core.clock.now();
  return core.store.transaction(async (store) => {
    if (!(await store.reminders.note(hub.id, hub.period.end, days))) return false;
    const mail = { hubId: hub.id, reason: null };
    const teachers = await teachersOf({ store }, hub);
    for (const personId of teachers) {
      await store.mails.add({ ...mail, kind: "hub-ends-soon", to: { personId } }, now);
    }
    if (!remindsParticipants(days)) return true;
    for (const personId of await store.participations.peopleOf(hub.id, "accepted")) {
      if (teachers.includes(personId)) continue;
      await store.mails.add({ ...mail, kind: "participation-ends-soon", to: { personId } }, now);
    }
    return true;
  });
}
