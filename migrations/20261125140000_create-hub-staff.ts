import type { Knex } from "knex";

/** Co-teachers and tutors of hubs. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable("hub_staff", (table) => {
    table.text("hub_id").notNullable().references("hubs.id");
    table.text("person_id").notNullable().references("people.id");
    table.text("role").notNullable();
    table.boolean("active").notNullable();
    table.text("access").notNullable();
    table.text("added_by").notNullable().references("people.id");
    table.integer("added_at").notNullable();
    table.integer("staff_updated_at").notNullable();
    table.primary(["hub_id", "person_id"]);
    table.index(["person_id", "active"]);
  });
  await knex.raw(`create index hub_staff_unsettled on hub_staff (hub_id) where (active = 1) <> (access = 'granted')`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable("hub_staff");
}
