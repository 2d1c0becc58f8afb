import type { Knex } from "knex";
import type { Person } from "../../domain/person.ts";
import type { People } from "../../ports/store.ts";
import { columnOf, storable } from "./hub-rows.ts";
import { oneOf } from "./one-of.ts";

/** A row of `people`. */
export type PersonRecord = {
  id: string;
  username: string;
  name: string;
  email: string;
  groups: string;
  active: number;
  checked_at: number;
  language: Person["language"];
};

/** Reads a row. */
export function readPerson(row: PersonRecord): Person {
  return {
    id: row.id,
    username: row.username,
    name: row.name,
    email: row.email,
    groups: JSON.parse(row.groups),
    active: row.active !== 0,
    checkedAt: new Date(row.checked_at),
    language: row.language,
  };
}

const columns = (person: Partial<Person>) =>
  Object.fromEntries(Object.entries(person).map(([field, value]) => [columnOf(field), storable(value)]));

/** The people who signed in, in SQLite. */
export function createPeople(knex: Knex): People {
  return {
    async byId(id) {
      const row: PersonRecord | undefined = await knex("people").where({ id }).first();
      return row === undefined ? null : readPerson(row);
    },
    async byIds(ids) {
      const rows: PersonRecord[] = await knex("people").whereRaw(...oneOf("id", ids));
      return rows.map(readPerson);
    },
    async keep(person) {
      const row = columns(person);
      const first = { ...row, known_since: person.checkedAt.getTime() };
      await knex("people").insert(first).onConflict("id").merge(Object.keys(row));
    },
    async change(id, change) {
      await knex("people").where({ id }).update(columns(change));
    },
    async expireAll() {
      await knex("people").where("checked_at", ">", 0).update({ checked_at: 0 });
    },
  };
}
