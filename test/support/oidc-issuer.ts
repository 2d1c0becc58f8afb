import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** An OIDC issuer of which a test says what it answers: for answers that no Authentik in order gives. */
export type OidcIssuer = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What the next id token holds beside issuer, audience and times. */
  claims: JWTPayload;
  userinfo: Record<string, unknown>;
  /** Makes the id token; replace it to sign wrongly. */
  sign(payload: JWTPayload): Promise<string>;
  /** What the token endpoint answers instead, when set. */
  tokenAnswer: { status: number; body: string } | null;
  /** What was sent to the token endpoint. */
  redeemed: URLSearchParams[];
  discovery: Record<string, string>;
  close(): void;
};

export async function startOidcIssuer(): Promise<OidcIssuer> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "key", alg: "RS256", use: "sig" };
  const server: Server = createServer(async (request, response) => {
    const send = (body: unknown, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
    const { pathname } = new URL(request.url ?? "", "http://issuer");
    if (pathname.endsWith("/.well-known/openid-configuration")) return send(issuer.discovery);
    if (pathname === "/jwks") return send({ keys: [jwk] });
    if (pathname === "/userinfo") return send(issuer.userinfo);
    if (pathname !== "/token") return send({}, 404);
    let body = "";
    for await (const part of request) body += part;
    issuer.redeemed.push(new URLSearchParams(body));
    if (issuer.tokenAnswer !== null) return send(issuer.tokenAnswer.body, issuer.tokenAnswer.status);
    send({ access_token: "access", token_type: "Bearer", id_token: await issuer.sign(issuer.claims) });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: OidcIssuer = {
    issuer: `${base}/application/o/hub-portal/`,
    clientId: "portal",
    clientSecret: "portal-secret",
    claims: {},
    userinfo: {},
    sign: (payload) => signWith(privateKey, "RS256", issuer, payload),
    tokenAnswer: null,
    redeemed: [],
    discovery: {
      issuer: `${base}/application/o/hub-portal/`,
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      userinfo_endpoint: `${base}/userinfo`,
      jwks_uri: `${base}/jwks`,
      end_session_endpoint: `${base}/end-session`,
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return issuer;
}

/** A token of this issuer for its client, five minutes long; claims that are given win. */
export function signWith(
  key: Parameters<SignJWT["sign"]>[0],
  alg: string,
  { issuer, clientId }: Pick<OidcIssuer, "issuer" | "clientId">,
  payload: JWTPayload,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: clientId, iat: now, exp: now + 300, ...payload };
  return new SignJWT(claims).setProtectedHeader({ alg, kid: "key" }).sign(key);
}
