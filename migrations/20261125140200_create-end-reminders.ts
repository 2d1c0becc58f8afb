import type { Knex } from "knex";

/** Which reminders of a hub's end were written, so that each is sent once. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable("end_reminders", (table) => {
    table.text("hub_id").notNullable().references("hubs.id");
    table.text("end_date").notNullable();
    table.integer("days").notNullable();
    table.primary(["hub_id", "end_date", "days"]);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable("end_reminders");
}
