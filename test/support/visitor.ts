import type { Server } from "node:http";
import { type CheerioAPI, load } from "cheerio";
import request from "supertest";

/** What came back. `$` searches the page; `location` is where a redirect leads, null without one. */
export type Seen = {
  status: number;
  headers: Record<string, string>;
  text: string;
  $: CheerioAPI;
  location: string | null;
  /** Text of the page's main part, with white space collapsed. */
  main: string;
};

/** What a form holds; a field that comes more than once has several values. */
export type Fields = Record<string, string | readonly string[]>;

/** A person at a browser without JavaScript. Redirects are shown, not followed, so that a test sees them. */
export type Visitor = {
  get(path: string): Promise<Seen>;
  /** Posts these fields alone, with the session's CSRF token: for acts by hand, from an old tab, of somebody else. */
  post(
    path: string,
    fields?: Fields | [name: string, value: string][],
    options?: { csrf?: string | null },
  ): Promise<Seen>;
  /**
   * Presses a button on a page that was seen, as a browser does it: with everything its form holds.
   * @param button the button's whole text, hidden text included
   * @param fields what was typed; a field that the form does not have is an error
   */
  press(seen: Seen, button: string, fields?: Fields): Promise<Seen>;
  /** Opens a page and presses a button there. */
  submit(path: string, button: string, fields?: Fields): Promise<Seen>;
  /** Goes where a redirect leads. */
  follow(seen: Seen): Promise<Seen>;
  cookies: Map<string, string>;
};

/**
 * @param given.secure the portal's address is https: requests come as a reverse proxy hands them on
 * @param given.cookies that the browser has already
 */
export function createVisitor(server: Server, given: { secure: boolean; cookies?: Record<string, string> }): Visitor {
  const cookies = new Map(Object.entries(given.cookies ?? {}));
  const send = async (method: "get" | "post", path: string, body: URLSearchParams | null) => {
    const asked = request(server)[method](path).redirects(0);
    // Every answer is wanted, whatever its status.
    asked.ok(() => true);
    if (given.secure) asked.set("X-Forwarded-Proto", "https");
    if (cookies.size > 0) asked.set("Cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    if (body !== null) asked.type("form").send(body.toString());
    const answer = await asked;
    keepCookies(cookies, answer.headers["set-cookie"] as unknown as string[] | undefined);
    return seenIn(answer.status, answer.headers, answer.text ?? "");
  };
  const visitor: Visitor = {
    cookies,
    get: (path) => send("get", path, null),
    async post(path, fields = {}, { csrf } = {}) {
      // The terms are shown to everybody; for people who are signed in, with the form to sign out.
      const token = csrf === undefined ? (await visitor.get("/terms")).$("input[name=_csrf]").val() : csrf;
      const body = encode(fields);
      if (typeof token === "string") body.set("_csrf", token);
      return send("post", path, body);
    },
    async press({ $ }, button, fields = {}) {
      const pressed = $("button").filter((_, each) => collapse($(each).text()) === button);
      if (pressed.length !== 1)
        throw new Error(`${pressed.length} buttons "${button}" on the page: ${$("title").text()}`);
      const form = pressed.closest("form");
      const filled = fieldsOf($, form);
      for (const name of Object.keys(fields)) {
        if (form.find(`[name="${name}"]`).length === 0) throw new Error(`no field "${name}" in the form`);
      }
      const target = pressed.attr("formaction") ?? form.attr("action");
      if (target === undefined) throw new Error("the form leads nowhere");
      // A browser also sends the name of the button that was pressed.
      const name = pressed.attr("name");
      const own = name === undefined ? {} : { [name]: pressed.attr("value") ?? "" };
      return send("post", target, encode({ ...filled, ...fields, ...own }));
    },
    submit: async (path, button, fields) => visitor.press(await visitor.get(path), button, fields),
    async follow(seen) {
      if (seen.location === null) throw new Error(`no redirect, but ${seen.status}: ${seen.main}`);
      return visitor.get(seen.location.replace(/#.*$/, ""));
    },
  };
  return visitor;
}

function encode(fields: Fields | [name: string, value: string][]): URLSearchParams {
  const given: [string, string | readonly string[]][] = Array.isArray(fields) ? fields : Object.entries(fields);
  const pairs = given.flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, String(each)]));
  return new URLSearchParams(pairs);
}

/** What a browser sends for a form that nobody changed. */
function fieldsOf($: CheerioAPI, form: ReturnType<CheerioAPI>): Fields {
  const found: Fields = {};
  form.find("input, textarea, select").each((_, each) => {
    const field = $(each);
    const name = field.attr("name");
    const type = field.attr("type");
    if (name === undefined || ((type === "radio" || type === "checkbox") && field.attr("checked") === undefined))
      return;
    // The parser keeps the line break after <textarea>, which browsers leave out.
    const value = field.is("textarea") ? field.text().replace(/^\n/, "") : field.val();
    const text = typeof value === "string" ? value : "";
    // Fields of one name, such as checkboxes, come one after the other.
    found[name] = found[name] === undefined ? text : [found[name], text].flat();
  });
  return found;
}

function seenIn(status: number, headers: Record<string, string>, text: string): Seen {
  // As a browser without JavaScript reads it: what is in <noscript> is there.
  const $ = load(text, { scriptingEnabled: false });
  return { status, headers, text, $, location: headers.location ?? null, main: collapse($("main").text()) };
}

const collapse = (text: string) => text.replace(/\s+/g, " ").trim();

/** Keeps what Set-Cookie says; an expiry in the past forgets the cookie. */
function keepCookies(cookies: Map<string, string>, lines: string[] = []): void {
  for (const line of lines) {
    const [pair = "", ...attributes] = line.split("; ");
    const at = pair.indexOf("=");
    const expires = attributes.find((each) => each.toLowerCase().startsWith("expires="))?.slice(8);
    if (expires !== undefined && new Date(expires).getTime() < Date.now()) cookies.delete(pair.slice(0, at));
    else cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}
