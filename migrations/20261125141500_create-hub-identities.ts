import type { Knex } from "knex";

/** What is known of hubs in Authentik: what was last written there, and who is in a hub's group without a reason. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable("hub_identities", (table) => {
    table.text("hub_id").primary().references("hubs.id");
    table.text("told");
    table.integer("told_at");
    table.integer("looked_at");
    table.integer("next_look_at");
    table.text("trouble");
  });
  await knex.schema.createTable("strangers", (table) => {
    table.text("hub_id").notNullable().references("hubs.id");
    // The uuid of an Authentik user who may never have signed in here: not a row of people.
    table.text("user_id").notNullable();
    table.text("username").notNullable();
    table.text("name").notNullable();
    table.text("email").notNullable();
    table.integer("found_at").notNullable();
    table.primary(["hub_id", "user_id"]);
  });
  // Few are, and their seats are freed.
  await knex.raw("create index people_inactive on people (id) where active = 0");
}

/** Nothing is lost: what these tables say is found again in Authentik. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop index people_inactive");
  await knex.schema.dropTable("strangers");
  await knex.schema.dropTable("hub_identities");
}
