/** A browser without scripts: keeps cookies by host, follows redirects when told to, and sends Origin as browsers do. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** One request; redirects are not followed. */
  async open(url: string, init: { method?: string; form?: Record<string, string>; origin?: string } = {}) {
    const { host, origin } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    const headers = new Headers({ cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") });
    if (init.form) headers.set("origin", init.origin ?? origin);
    const response = await fetch(url, {
      method: init.method ?? (init.form ? "POST" : "GET"),
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
      ...(init.form ? { body: new URLSearchParams(init.form) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      if (/expires=Thu, 01 Jan 1970/i.test(cookie)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get("location");
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: location === null ? null : new URL(location, url).toString(),
    };
  }

  /** The cookies that a host set, as the header that goes back to it. */
  cookieHeader(url: string): string {
    return [...(this.#cookies.get(new URL(url).host) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Names of the cookies that a host set. */
  cookiesOf(url: string): string[] {
    return [...(this.#cookies.get(new URL(url).host)?.keys() ?? [])];
  }
}
