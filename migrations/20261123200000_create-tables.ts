import type { Knex } from "knex";

/**
 * Moments are stored as milliseconds since 1970, calendar dates as `YYYY-MM-DD`, lists as JSON.
 * Foreign keys restrict: nothing that somebody may have to answer for disappears with something else.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable("people", (table) => {
    table.text("id").primary();
    table.text("username").notNullable();
    table.text("name").notNullable();
    table.text("email").notNullable();
    table.text("groups").notNullable();
    table.boolean("active").notNullable();
    table.integer("checked_at").notNullable();
    table.text("language").notNullable();
  });

  await knex.schema.createTable("terms", (table) => {
    table.integer("version").primary();
    table.text("markdown").notNullable();
    table.integer("valid_from").notNullable().index();
  });

  await knex.schema.createTable("hubs", (table) => {
    table.text("id").primary();
    table.text("slug").notNullable();
    table.text("name").notNullable();
    table.text("description").notNullable();
    table.text("start_date").notNullable();
    table.text("end_date").notNullable();
    table.text("notebook_type").notNullable();
    table.text("image").notNullable();
    table.text("default_url").notNullable();
    table.integer("participants").notNullable();
    table.float("ram_gib").notNullable();
    table.float("cpus").notNullable();
    table.float("storage_gib").notNullable();
    table.integer("gpus").notNullable();
    table.text("teacher_id").notNullable().references("people.id");
    table.integer("terms_version").references("terms.version");

    table.text("decision").notNullable();
    table.text("decided_by").references("people.id");
    table.integer("decided_at");
    table.text("decision_reason");

    table.text("deployment").notNullable();
    table.text("step");
    table.text("progress");
    table.text("failure_reason");
    table.integer("attempts").notNullable();
    table.integer("next_attempt_at");
    table.integer("deploy_started_at");
    table.integer("deployed_at");
    table.integer("removed_at");
    table.text("removal_cause");

    table.integer("degrade_requested_at");
    table.text("degrade_requested_by").references("people.id");
    table.integer("redeploy_requested_at");

    table.text("group_id");
    table.text("invitation_token").notNullable().unique();
    table.boolean("applications_open").notNullable();

    table.integer("erase_data_at");
    table.integer("data_erased_at");

    table.integer("version").notNullable();
    table.integer("created_at").notNullable();
    table.integer("updated_at").notNullable();
    table.text("submission_key").notNullable();

    table.unique(["teacher_id", "submission_key"]);
    table.index(["teacher_id", "created_at"]);
    table.index(["decision", "deployment"]);
    table.index(["created_at"]);
  });
  // A slug is free again once its hub is declined, cancelled or removed (domain/hub.ts, holdsSlug).
  await knex.raw(
    `create unique index hubs_slug_held on hubs (slug)
     where decision in ('pending', 'accepted') and deployment <> 'removed'`,
  );
  // What the reconciler looks through every minute: only hubs that are not over.
  await knex.raw(
    `create index hubs_to_reconcile on hubs (decision, deployment)
     where (decision = 'accepted' and deployment <> 'removed')
        or (decision = 'cancelled' and deployment <> 'removed')`,
  );
  await knex.raw(
    `create index hubs_to_erase on hubs (erase_data_at) where deployment = 'removed' and data_erased_at is null`,
  );

  await knex.schema.createTable("participations", (table) => {
    table.text("id").primary();
    table.text("hub_id").notNullable().references("hubs.id");
    table.text("person_id").notNullable().references("people.id");
    table.text("status").notNullable();
    table.text("reason");
    table.text("decided_by").references("people.id");
    table.integer("decided_at");
    table.text("access").notNullable();
    table.integer("applied_at").notNullable();
    table.integer("updated_at").notNullable();
    table.unique(["hub_id", "person_id"]);
    table.index(["person_id", "applied_at"]);
    table.index(["hub_id", "status", "applied_at"]);
  });
  await knex.raw(
    `create index participations_unsettled on participations (hub_id)
     where (status = 'accepted') <> (access = 'granted')`,
  );

  await knex.schema.createTable("hub_events", (table) => {
    table.increments("id");
    table.text("hub_id").notNullable().references("hubs.id");
    table.integer("at").notNullable();
    table.text("kind").notNullable();
    table.text("actor_id").references("people.id");
    table.text("subject_id").references("people.id");
    table.text("from");
    table.text("to");
    table.text("reason");
    table.index(["hub_id", "id"]);
  });
  // The audit log is only ever added to.
  for (const act of ["update", "delete"]) {
    await knex.raw(
      `create trigger hub_events_no_${act} before ${act} on hub_events
       begin select raise(abort, 'hub_events is append-only'); end`,
    );
  }

  await knex.schema.createTable("mails", (table) => {
    table.increments("id");
    table.text("kind").notNullable();
    table.text("person_id").references("people.id");
    table.text("hub_id").notNullable().references("hubs.id");
    table.text("reason");
    table.integer("created_at").notNullable();
    table.integer("attempts").notNullable();
    table.integer("next_attempt_at");
    table.text("last_fault");
    table.integer("sent_at");
    table.index(["hub_id", "kind", "created_at"]);
  });
  await knex.raw("create index mails_due on mails (next_attempt_at) where sent_at is null");

  await knex.schema.createTable("hub_secrets", (table) => {
    table.text("hub_id").primary().references("hubs.id");
    table.text("sealed").notNullable();
  });

  await knex.schema.createTable("leases", (table) => {
    table.text("name").primary();
    table.text("holder").notNullable();
    table.integer("until").notNullable();
  });

  await knex.schema.createTable("local_ports", (table) => {
    table.text("hub_id").primary().references("hubs.id");
    table.integer("slot").notNullable().unique();
  });
}

/** Rolling back would lose every hub and its history. */
export async function down(): Promise<void> {
  throw new Error("The first migration cannot be taken back; restore a backup instead.");
}
