import { forgetGrants } from "../enforce-rights.ts";
import type { Token } from "../store/records.ts";
import type { Table } from "../store/table.ts";
import type { World } from "../world.ts";
import { checkNumber, exactly, type Listing, pageOf } from "./lists.ts";
import { type Model, modelKey, models, numberIn, pick, visible } from "./see-objects.ts";
import type { Call, Endpoints } from "./serve-api.ts";
import { showToken } from "./show.ts";
import { showPage } from "./show-page.ts";

/** Access and refresh tokens that were issued: to list, and to end by deleting. */
export function serveTokens(world: World): Endpoints {
  const { store } = world;
  return {
    ...serveTable(world, "/oauth2/access_tokens/", store.accessTokens, models.accessToken),
    ...serveTable(world, "/oauth2/refresh_tokens/", store.refreshTokens, models.refreshToken),
  };
}

function serveTable(world: World, path: string, table: Table<Token>, model: Model): Endpoints {
  const { store } = world;
  const pkOf = (token: Token) => token.pk;
  const picked = (call: Call, act: "view" | "delete") => {
    const pk = numberIn(call.params, "id");
    return pick(store, call.caller, model, act, table.all(), pkOf, (token) => token.pk === pk);
  };
  return {
    [path]: {
      GET: ({ caller, query }) => {
        const seen = visible(store, caller, model, table.all(), pkOf);
        checkNumber(query, "provider");
        checkNumber(query, "user");
        return { status: 200, body: showPage(world, pageOf(seen, query, listing), (token) => showToken(world, token)) };
      },
    },
    [`${path}:id/`]: {
      GET: (call) => ({ status: 200, body: showToken(world, picked(call, "view")) }),
      DELETE: (call) => {
        const { pk } = picked(call, "delete");
        table.delete(pk);
        forgetGrants(store, modelKey(model), pk);
        return { status: 204 };
      },
    },
  };
}

const listing: Listing<Token> = {
  filters: {
    provider: exactly((token) => String(token.provider)),
    user: exactly((token) => String(token.user)),
  },
  searched: () => [],
  ordered: { expires: (token) => token.expires, provider: (token) => token.provider, pk: (token) => token.pk },
};
