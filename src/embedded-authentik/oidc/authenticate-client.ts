import type { Request } from "express";
import { sameSecret } from "../make-secrets.ts";
import type { Provider } from "../store/records.ts";
import type { World } from "../world.ts";
import { OAuthFault } from "./faults.ts";
import { providerByClientId } from "./find-application.ts";

/** Fields of a form that a program sent; anything else has none. */
export function formOf(request: Request): URLSearchParams {
  const type = (request.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  const isForm = type === "application/x-www-form-urlencoded" && typeof request.body === "string";
  return new URLSearchParams(isForm ? request.body : "");
}

/**
 * The provider whose client sent this, by HTTP Basic or by fields of the form.
 * @throws OAuthFault invalid_client when it is unknown, or confidential and the secret is wrong
 */
export function authenticateClient({ store }: World, request: Request, form: URLSearchParams): Provider {
  const { id, secret } = credentials(request, form);
  const provider = providerByClientId(store, id);
  if (!provider) throw new OAuthFault("invalid_client");
  if (provider.clientType === "confidential" && !sameSecret(secret, provider.clientSecret)) {
    throw new OAuthFault("invalid_client");
  }
  return provider;
}

function credentials(request: Request, form: URLSearchParams): { id: string; secret: string } {
  const basic = /^Basic\s(.+)$/.exec(request.get("authorization") ?? "")?.[1];
  if (basic === undefined) return { id: form.get("client_id") ?? "", secret: form.get("client_secret") ?? "" };
  const pair = Buffer.from(basic, "base64").toString();
  const at = pair.indexOf(":");
  return at < 0 ? { id: "", secret: "" } : { id: pair.slice(0, at), secret: pair.slice(at + 1) };
}
