/** What a call wanted, completing "The portal could not …": such as `create the group jh_statistics`. */
export type Aim = string;

/**
 * The sentence for an answer other than the wanted one.
 * @param body what Authentik sent, parsed; undefined when it was no JSON
 * @param secrets texts that must not appear in the sentence, although an answer might repeat them
 */
export function describeAnswer(aim: Aim, status: number, body: unknown, secrets: readonly string[]): string {
  return `The portal could not ${aim} in Authentik: ${reasonFor(status, body, secrets)}.`;
}

export function describeSilence(aim: Aim, reason: string): string {
  return `The portal could not ${aim} in Authentik: ${reason}.`;
}

function reasonFor(status: number, body: unknown, secrets: readonly string[]): string {
  if (status >= 300 && status < 400) {
    return "it sends the portal on to another address; set AUTHENTIK_URL to the address it is finally reached at";
  }
  if (status === 400) {
    const said = hide(sayFaults(body), secrets);
    return said === "" ? "it refused what was sent" : `it refused what was sent (${said})`;
  }
  // Authentik answers 403, never 401, to a token that it does not know (facts: authentik §1).
  if (status === 401 || (status === 403 && isAboutToken(body))) {
    return "it does not accept the portal's API token; check AUTHENTIK_TOKEN";
  }
  if (status === 403) return "the portal's account there does not have the right to; run npm run doctor";
  if (status === 404) return "it is not there";
  if (status === 429) return "it asks the portal to slow down";
  if (status >= 500) return `it has a fault of its own (${status})`;
  return `it answered with status ${status}`;
}

function isAboutToken(body: unknown): boolean {
  return /token|credentials|authentication/i.test(detailOf(body));
}

function detailOf(body: unknown): string {
  if (typeof body !== "object" || body === null || !("detail" in body)) return "";
  return typeof body.detail === "string" ? body.detail : "";
}

/** `{field: ["sentence"]}`, possibly nested, as one line of at most 200 characters. */
function sayFaults(body: unknown, field = ""): string {
  const prefix = field === "" || field === "non_field_errors" || field === "detail" ? "" : `${field}: `;
  if (typeof body === "string") return `${prefix}${body}`.slice(0, 200);
  if (Array.isArray(body)) {
    return body
      .map((part) => sayFaults(part, field))
      .filter((part) => part !== "")
      .join(" ")
      .slice(0, 200);
  }
  if (typeof body !== "object" || body === null) return "";
  return Object.entries(body)
    .map(([name, value]) => sayFaults(value, name))
    .filter((part) => part !== "")
    .join("; ")
    .slice(0, 200);
}

/** Replaced before anything is cut to length, a secret could otherwise survive in part. */
function hide(text: string, secrets: readonly string[]): string {
  let hidden = text;
  for (const secret of secrets) if (secret !== "") hidden = hidden.replaceAll(secret, "…");
  return hidden;
}
