import type { Request, Response } from "express";
import { NotFound } from "../../domain/errors.ts";
import { showTerms } from "../../usecases/terms/show-terms.ts";
import { renderMarkdown } from "../markdown.ts";
import { send, type Web } from "../page.ts";
import { paths } from "../paths.ts";

/** The terms of use, also earlier and coming ones, for everybody, signed in or not. */
export function addTerms(web: Web): void {
  const show = async (request: Request, response: Response, version: number | null) => {
    const view = await showTerms(web.core, { version });
    const html = view === null ? "" : renderMarkdown(view.terms.markdown);
    send(web, request, response, { template: "terms", title: "Terms of use", view, html });
  };
  web.app.get(paths.terms, (request, response) => show(request, response, null));
  web.app.get(paths.termsVersion(":version"), (request, response) => {
    const version = String(request.params.version);
    if (!/^\d{1,6}$/.test(version)) throw new NotFound();
    return show(request, response, Number(version));
  });
}
