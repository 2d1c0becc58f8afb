import type { Knex } from "knex";

/** What becomes of a request before and after the decision: earlier versions, questions, change requests. */
export async function up(knex: Knex): Promise<void> {
  // By hand: knex would make the table anew for a column with a foreign key.
  for (const column of [
    "question text",
    "asked_by text references people (id)",
    "asked_at integer",
    "spec_version integer not null default 0",
    "applied_spec_version integer not null default 0",
  ]) {
    await knex.raw(`alter table hubs add column ${column}`);
  }

  await knex.schema.createTable("hub_versions", (table) => {
    table.text("hub_id").notNullable().references("hubs.id");
    table.integer("version").notNullable();
    table.text("wish").notNullable();
    table.text("comment");
    table.text("written_by").notNullable().references("people.id");
    table.integer("written_at").notNullable();
    table.primary(["hub_id", "version"]);
  });

  await knex.schema.createTable("change_requests", (table) => {
    table.text("id").primary();
    table.text("hub_id").notNullable().references("hubs.id");
    table.integer("base_version").notNullable();
    table.text("before").notNullable();
    table.text("wish").notNullable();
    table.text("comment");
    table.text("status").notNullable();
    table.text("question");
    table.text("asked_by").references("people.id");
    table.integer("asked_at");
    table.text("reason");
    table.text("closed_by").references("people.id");
    table.integer("closed_at");
    table.text("created_by").notNullable().references("people.id");
    table.integer("created_at").notNullable();
    table.integer("version").notNullable();
    table.index(["hub_id", "created_at"]);
  });
  // A newer one takes the place of an older one; governance never has two to choose from.
  await knex.raw(`create unique index change_requests_open on change_requests (hub_id) where status = 'open'`);
  // What governance has before it; grows with what waits, not with what ever was.
  await knex.raw(`create index change_requests_waiting on change_requests (created_at) where status = 'open'`);
  await knex.raw(`create index hubs_pending on hubs (created_at) where decision = 'pending'`);
}

/** Taking it back would lose history. */
export async function down(): Promise<void> {
  throw new Error("Change requests cannot be taken back; restore a backup instead.");
}
