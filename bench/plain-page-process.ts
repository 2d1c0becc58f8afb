import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import ejs from "ejs";
import express from "express";

/**
 * What pages are held against: Express and EJS with nothing around them. No database, no session, no headers; a table
 * of rows that are in memory. `/<bytes>` gives a page of that size.
 */
const file = resolve(import.meta.dirname, "plain-page.ejs");
const app = express();
app.set("views", import.meta.dirname);
app.set("view engine", "ejs");
app.enable("view cache");

const makeRow = (at: number) => ({
  id: randomUUID(),
  name: `Statistics ${at}`,
  slug: `course-${at}`,
  state: "Deployed",
  from: "24 November 2026",
  to: "31 March 2027",
  accepted: 40 + at,
  participants: 150,
});
type Locals = { title: string; rows: ReturnType<typeof makeRow>[]; rest: string };
const sizeOf = async (locals: Locals) => Buffer.byteLength(await ejs.renderFile(file, locals));
const ready = new Map<number, Locals>();

async function localsOf(bytes: number): Promise<Locals> {
  const locals: Locals = { title: "Leadership", rows: [], rest: "" };
  while ((await sizeOf(locals)) < bytes) locals.rows.push(makeRow(locals.rows.length));
  locals.rows.pop();
  locals.rest = "x".repeat(bytes - (await sizeOf(locals)));
  return locals;
}

app.get("/:bytes", async (request, response) => {
  const bytes = Number(request.params.bytes);
  const locals = ready.get(bytes) ?? (await localsOf(bytes));
  ready.set(bytes, locals);
  response.render("plain-page", locals);
});
const server = app.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
