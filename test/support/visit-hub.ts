import type { EmbeddedAuthentik } from "../../src/embedded-authentik/start.ts";
import { Browser } from "./browser.ts";
import { agree, signIn } from "./stand-in.ts";

/**
 * Goes where a browser would from a page of a hub on, signing in on the way. Returns the last answer.
 * @param given.resolve changes addresses before they are opened, such as host names that only browsers resolve
 */
export async function visitHub(given: {
  standIn: EmbeddedAuthentik;
  url: string;
  username: string;
  browser?: Browser;
  resolve?: (url: string) => string;
}) {
  const { standIn, username, browser = new Browser(), resolve = (url) => url } = given;
  let answer = await browser.open(resolve(given.url));
  for (let hop = 0; hop < 20; hop++) {
    const next = answer.location;
    if (answer.status === 200 && answer.text.includes("consent")) {
      answer = await agree(standIn, browser, answer.text);
      continue;
    }
    if (next === null) return answer;
    answer = next.includes("/if/flow/default-authentication-flow/")
      ? await browser.open(resolve(await signIn(standIn, browser, username, startOf(next, standIn.url))))
      : await browser.open(resolve(next));
  }
  return answer;
}

/** Where the sign-in page leads on to. */
const startOf = (page: string, base: string) => new URL(new URL(page).searchParams.get("next") ?? "/", base).toString();
