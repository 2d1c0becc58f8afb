import type { Knex } from "knex";
import type { Reminders } from "../../ports/reminders.ts";

/** Which reminders of a hub's end were written, in SQLite. */
export function createReminders(knex: Knex): Reminders {
  return {
    async note(hubId, end, days) {
      const noted: unknown[] = await knex("end_reminders")
        .insert({ hub_id: hubId, end_date: end, days })
        .onConflict()
        .ignore()
        .returning("hub_id");
      return noted.length > 0;
    },
  };
}
