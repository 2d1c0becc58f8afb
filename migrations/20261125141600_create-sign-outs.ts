import type { Knex } from "knex";

/** Sign-outs that Authentik told of: which sessions are over, and which of its tokens were taken in already. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable("sign_outs", (table) => {
    table.text("jti").primary();
    // As Authentik names them; whoever never signed in here may be among them, so not a reference.
    table.text("person_id").index();
    table.text("authentik_session").index();
    table.integer("at").notNullable().index();
  });
}

/** Rows are of use for a day. */
export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable("sign_outs");
}
