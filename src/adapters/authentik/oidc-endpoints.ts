import type { OidcEndpoints } from "../../ports/identity.ts";
import { applicationSlugOf } from "./names.ts";

/**
 * OIDC addresses of a hub's provider; the slash at the end of the issuer counts (facts: authentik §3).
 * @param url address of Authentik, without a trailing slash
 */
export function oidcEndpoints(url: string, slug: string): OidcEndpoints {
  const shared = `${url}/application/o`;
  const issuer = `${shared}/${applicationSlugOf(slug)}/`;
  return {
    issuer,
    authorizeUrl: `${shared}/authorize/`,
    tokenUrl: `${shared}/token/`,
    userinfoUrl: `${shared}/userinfo/`,
    endSessionUrl: `${issuer}end-session/`,
  };
}
