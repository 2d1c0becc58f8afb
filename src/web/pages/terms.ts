import markdownIt from "markdown-it";
import { NotFound } from "../../domain/errors.ts";
import { showTerms } from "../../usecases/show-terms.ts";
import { send, type Web } from "../page.ts";
import { paths } from "../paths.ts";

// Without `html`, markup in the text stays text; links keep to addresses that cannot run anything.
const markdown = markdownIt({ html: false, linkify: true });
// The page has its own first heading, so those of the text are one level lower.
markdown.core.ruler.push("lower-headings", ({ tokens }) => {
  for (const token of tokens) {
    if (token.type.startsWith("heading_")) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`;
  }
});

/** The terms of use, for everybody, signed in or not. */
export function addTerms(web: Web): void {
  web.app.get(paths.terms, async (request, response) => {
    const terms = await showTerms(web.core, { version: null }).catch((error: unknown) => {
      if (error instanceof NotFound) return null;
      throw error;
    });
    const html = terms === null ? "" : markdown.render(terms.markdown);
    send(web, request, response, { template: "terms", title: "Terms of use", terms, html });
  });
}
