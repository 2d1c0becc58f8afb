import { pipeline, type Readable } from "node:stream";
import type { Application, Request, Response } from "express";
import type { ZodType } from "zod";
import type { Config } from "../config/read-config.ts";
import { type FieldFault, Invalid, NotFound } from "../domain/errors.ts";
import type { Difference } from "../domain/hub-change.ts";
import type { Log } from "../ports/log.ts";
import type { Core } from "../usecases/core.ts";
import type { CurrentActor } from "../usecases/people/current-actor.ts";
import { amount, capacityCharts, chartSize, resourceWords } from "./capacity-chart.ts";
import { csrfTokenOf } from "./csrf.ts";
import { describeDifference } from "./difference-words.ts";
import { createFormat, type Format } from "./format.ts";
import { paths } from "./paths.ts";
import { setNotice, takeNotice } from "./session.ts";
import * as words from "./words.ts";

/** What pages are made from. */
export type Web = { app: Application; core: Core; config: Config; log: Log; format: Format };

declare global {
  namespace Express {
    interface Request {
      /** Who is signed in; null for nobody. */
      actor: CurrentActor | null;
    }
  }
}

/** Which tab a page belongs to. */
export type Tab = "participation" | "leadership" | "administration" | null;

/** What a handler gives back: a page to show, or where to go next. */
export type Answer =
  | {
      template: string;
      title: string;
      tab?: Tab;
      status?: number;
      faults?: readonly FieldFault[];
      [local: string]: unknown;
    }
  /** 303, with a notice on the page that follows. */
  | { redirect: string; notice?: string }
  | Download;

/** A file of this name to be saved; its ending says what it is. */
export type Download = { download: string; body: string | Readable };

export type Asked<Input> = { actor: CurrentActor; input: Input; request: Request; response: Response };

export type PageDefinition<Input> = {
  path: string;
  /** Reads what the request brings: path, query and form together. What does not fit gives 404 (GET) or 422. */
  input: ZodType<Input>;
  /** Names of fields that may come more than once, such as checkboxes; `input` gets each as an array, empty for none. */
  lists?: readonly string[];
  handle(asked: Asked<Input>): Promise<Answer>;
  /** Shows the form again with what was typed. Without it, faults are shown on an error page. */
  again?(asked: Asked<Input>, faults: readonly FieldFault[]): Promise<Answer>;
};

export function createWeb(app: Application, core: Core, config: Config, log: Log): Web {
  return { app, core, config, log, format: createFormat(config.TIME_ZONE) };
}

/** Adds a page for people who are signed in; others sign in first and come back to it. */
export function addGet<Input>(web: Web, page: PageDefinition<Input>): void {
  web.app.get(page.path, (request, response, next) => {
    serve(web, page, request, response).catch(next);
  });
}

/** Adds an act. A form that comes without a session leads to signing in, and then to the start. */
export function addPost<Input>(web: Web, page: PageDefinition<Input>): void {
  web.app.post(page.path, (request, response, next) => {
    serve(web, page, request, response).catch(next);
  });
}

async function serve<Input>(web: Web, page: PageDefinition<Input>, request: Request, response: Response) {
  const { actor } = request;
  if (actor === null) {
    const returnTo = request.method === "GET" ? request.originalUrl : undefined;
    response.redirect(303, paths.signIn(returnTo));
    return;
  }
  const read = page.input.safeParse(readFields({ ...request.query, ...request.body, ...request.params }, page.lists));
  if (!read.success) throw new NotFound();
  const asked = { actor, input: read.data, request, response };
  try {
    send(web, request, response, await page.handle(asked));
  } catch (error) {
    if (!(error instanceof Invalid) || page.again === undefined) throw error;
    send(web, request, response, { ...(await page.again(asked, error.faults)), status: 422, faults: error.faults });
  }
}

/**
 * Fields that are lists become arrays however often they come; of any other that comes more than once, the first
 * counts, so that `input` never gets an array where it expects a text.
 */
function readFields(given: Record<string, unknown>, lists: readonly string[] = []): Record<string, unknown> {
  const single = Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
  const many = lists.map((name) => [name, given[name] === undefined ? [] : [given[name]].flat()]);
  return Object.fromEntries([...single, ...many]);
}

/** Sends what a handler gave back. */
export function send(web: Web, request: Request, response: Response, answer: Answer): void {
  if ("redirect" in answer) {
    const { redirect, notice } = answer;
    if (typeof notice === "string") setNotice(request, notice);
    response.redirect(303, redirect as string);
    return;
  }
  if ("download" in answer) {
    sendFile(web, response, answer as Download);
    return;
  }
  const { template, status, ...locals } = answer;
  response.status(status ?? 200).render(template, { ...commonLocals(web, request), faults: [], ...locals });
}

/** A body that fails half way breaks the connection, so that the browser does not take a part for the whole. */
function sendFile(web: Web, response: Response, { download, body }: Download): void {
  response.attachment(download);
  if (typeof body === "string") return void response.send(body);
  pipeline(body, response, (error) => {
    if (error === undefined || error === null || error.code === "ERR_STREAM_PREMATURE_CLOSE") return;
    const fault = { name: error.name, message: error.message, stack: error.stack };
    web.log.error({ file: download, fault }, "a file could not be sent whole");
  });
}

/** What every view can use. */
export function commonLocals(web: Web, request: Request) {
  const { config, format } = web;
  return {
    institution: {
      name: config.INSTITUTION_NAME,
      logo: config.INSTITUTION_LOGO !== undefined,
      imprint: config.IMPRINT_URL,
      privacy: config.PRIVACY_URL,
      accessibility: config.ACCESSIBILITY_URL,
      support: config.SUPPORT_EMAIL,
    },
    tryOut: config.tryOut,
    actor: request.actor ?? null,
    path: request.path,
    url: request.originalUrl,
    csrfToken: request.actor ? csrfTokenOf(request) : "",
    notice: request.actor ? takeNotice(request) : null,
    tab: null,
    underWay: false,
    now: web.core.clock.now(),
    format,
    paths,
    words: { ...words, amount, capacityCharts, chartSize, resourceWords },
    describeDifference: (difference: readonly Difference[]) =>
      describeDifference(difference, format, web.core.rules.catalogue),
  };
}
