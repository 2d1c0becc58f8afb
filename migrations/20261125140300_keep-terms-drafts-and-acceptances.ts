import type { Knex } from "knex";

/** Terms of use are drafted, published with a date, and accepted by people. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable("terms", (table) => {
    table.integer("published_at");
    table.text("published_by").references("people.id");
    table.integer("withdrawn_at");
  });
  // One draft at a time; the revision keeps two people from saving over each other.
  await knex.schema.createTable("terms_draft", (table) => {
    table.integer("id").primary().checkIn(["1"]);
    table.text("markdown").notNullable();
    table.integer("revision").notNullable();
    table.text("saved_by").notNullable().references("people.id");
    table.integer("saved_at").notNullable();
  });
  await knex.schema.createTable("terms_acceptances", (table) => {
    table.text("person_id").notNullable().references("people.id");
    table.integer("version").notNullable().references("terms.version");
    table.integer("accepted_at").notNullable();
    table.primary(["person_id", "version"]);
    table.index(["version", "accepted_at"]);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable("terms_acceptances");
  await knex.schema.dropTable("terms_draft");
  await knex.schema.alterTable("terms", (table) => {
    table.dropForeign(["published_by"]);
    table.dropColumns("published_at", "published_by", "withdrawn_at");
  });
}
