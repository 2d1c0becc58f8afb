import express from "express";
import { z } from "zod";
import { NotFound } from "../domain/errors.ts";
import type { Hint } from "../domain/hint.ts";
import { bearerOf, isSame } from "./bearer.ts";
import type { Web } from "./page.ts";
import { paths } from "./paths.ts";

/** What authentik/webhook.blueprint.yaml sends. Authentik writes uuids in its events without hyphens. */
const body = z.object({
  secret: z.string().optional(),
  kind: z.string(),
  group: z
    .string()
    .regex(/^[0-9a-f]{32}$|^[0-9a-f-]{36}$/i)
    .optional(),
  name: z.string().max(1000).default(""),
  user: z.uuid().optional(),
});

/**
 * Where Authentik tells that a group or an account changed. The secret is in the header or, as Authentik before 2025.4
 * can send no header, in the body. What is told is only a hint of where to look. Answers as if it were not there while
 * no secret is set.
 */
export function addWebhook(web: Web): void {
  const { config, core, log } = web;
  const secret = config.AUTHENTIK_WEBHOOK_SECRET;
  let refused = 0;

  web.app.post(paths.webhook, express.json({ limit: "16kb" }), (request, response) => {
    if (secret === undefined) throw new NotFound();
    const read = body.safeParse(request.body);
    const given = bearerOf(request) ?? (read.success ? read.data.secret : undefined);
    if (given === undefined || !isSame(given, secret)) {
      // Each would be an invitation to fill the log.
      if (refused++ % 100 === 0) log.warn({ refused }, "a call to the webhook did not know its secret");
      response.status(403).type("text").send("forbidden\n");
      return;
    }
    if (!read.success) {
      response.status(400).type("text").send("not as authentik/webhook.blueprint.yaml sends it\n");
      return;
    }
    const hint = hintOf(read.data);
    if (hint !== null) core.hint(hint);
    response.status(202).type("text").send("thank you\n");
  });
}

function hintOf({ group, name, user }: z.infer<typeof body>): Hint | null {
  if (user !== undefined) return { about: "person", id: user.toLowerCase() };
  if (group === undefined) return null;
  const digits = group.replaceAll("-", "").toLowerCase();
  const id = [0, 8, 12, 16, 20].map((from, at) => digits.slice(from, [8, 12, 16, 20, 32][at])).join("-");
  return { about: "group", id, name };
}
