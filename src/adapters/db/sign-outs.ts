import type { Knex } from "knex";
import type { SignOuts } from "../../ports/sign-outs.ts";

/** Sign-outs that Authentik told of, in SQLite. */
export function createSignOuts(knex: Knex): SignOuts {
  return {
    async add({ jti, personId, authentikSession, at }, forgetBefore) {
      await knex("sign_outs").where("at", "<", forgetBefore.getTime()).delete();
      const added: unknown[] = await knex("sign_outs")
        .insert({ jti, person_id: personId, authentik_session: authentikSession, at: at.getTime() })
        .onConflict("jti")
        .ignore()
        .returning("jti");
      return added.length > 0;
    },
    async ends({ personId, authentikSession, begunAt }) {
      const found = await knex("sign_outs")
        .where("at", ">=", begunAt.getTime())
        .where((which) => {
          // All of the person's sessions; also when the portal does not know which of Authentik's this one came from.
          which.where((all) => {
            all.where({ person_id: personId });
            if (authentikSession !== null) all.whereNull("authentik_session");
          });
          if (authentikSession !== null) which.orWhere({ authentik_session: authentikSession });
        })
        .first("jti");
      return found !== undefined;
    },
  };
}
