import type { Knex } from "knex";
import type { Directory, KnownPerson } from "../../ports/directory.ts";
import { containing, readPage } from "./pages.ts";
import { type PersonRecord, readPerson } from "./people.ts";

type KnownRecord = PersonRecord & { known_since: number; last_seen_at: number | null; erased_at: number | null };

const readKnown = (row: KnownRecord): KnownPerson => ({
  person: readPerson(row),
  knownSince: new Date(row.known_since),
  lastSeenAt: row.last_seen_at === null ? null : new Date(row.last_seen_at),
  erased: row.erased_at !== null,
});

/** Everybody whom the portal knows, in SQLite. */
export function createDirectory(knex: Knex): Directory {
  return {
    async search({ text, group }, ask) {
      const matching = () => {
        const query = knex("people");
        const like = containing(text.trim());
        if (text.trim() !== "") {
          query.where((any) => {
            for (const name of ["name", "username", "email"]) any.orWhereRaw("?? like ? escape '\\'", [name, like]);
          });
        }
        // Groups are stored as a JSON list, in which each name stands in quotes.
        if (group !== null) query.whereRaw("instr(groups, ?) > 0", [JSON.stringify(group)]);
        return query;
      };
      // First which ones, from the index alone; then what is shown of them.
      const ids = matching().select("id").orderByRaw("name collate nocase, id");
      const page = await readPage<{ id: string }, string>(ids, matching(), ask, (row) => row.id);
      const rows: (KnownRecord & { hubs: number })[] = await knex("people")
        .whereIn("id", page.items)
        .select(
          "*",
          knex.raw(
            `(select count(*) from hubs where teacher_id = people.id) + (select count(*) from hub_staff
              join hubs on hubs.id = hub_staff.hub_id and hubs.teacher_id <> people.id
              where hub_staff.person_id = people.id and hub_staff.active = 1) as hubs`,
          ),
        );
      const found = new Map(rows.map((row) => [row.id, row]));
      const items = page.items.flatMap((id) => found.get(id) ?? []);
      return { ...page, items: items.map((row) => ({ ...readKnown(row), hubs: row.hubs })) };
    },
    async byId(id) {
      const row: KnownRecord | undefined = await knex("people").where({ id }).first();
      return row === undefined ? null : readKnown(row);
    },
    async noteSeen(id, at) {
      await knex("people").where({ id }).update({ last_seen_at: at.getTime() });
    },
  };
}
