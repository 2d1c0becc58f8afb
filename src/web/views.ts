import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ejs from "ejs";

type Locals = Record<string, unknown>;
type View = (locals: Locals) => string;
export type ViewEngine = (file: string, locals: object, done: (error: unknown, html?: string) => void) => void;

/**
 * Renders EJS files for Express. Each file is read and compiled once. EJS's own way with files looks on the disk for
 * every include, and copies everything a page is made from; a page with a table includes a piece for every row.
 * Includes are named as in EJS: relative to the file, without ending.
 */
export function createViewEngine(): ViewEngine {
  const views = new Map<string, View>();

  const viewOf = (file: string): View => {
    const known = views.get(file);
    if (known !== undefined) return known;
    const template = ejs.compile(readFileSync(file, "utf8"), options(file));
    const view: View = (locals) => {
      // What a page is made from comes before EJS's own `include` of the same name.
      const include = (name: string, more?: Locals) =>
        viewOf(join(dirname(file), `${name}.ejs`))(more === undefined ? locals : beneath(locals, more));
      return template(beneath(locals, { include }));
    };
    views.set(file, view);
    return view;
  };

  return (file, locals, done) => {
    let html: string;
    try {
      html = viewOf(file)(beneath(null, locals));
    } catch (error) {
      return done(error);
    }
    done(null, html);
  };
}

/**
 * Locals are taken as they are, instead of being copied for each piece. EJS calls that unsafe, because objects from
 * elsewhere may inherit something; those that are made here inherit from locals only.
 */
const options = (filename: string) => ({ filename, unsafePrototypeLocals: true });

/** What a piece of a page sees: its own, and below that what the page sees. Nothing that every object has. */
function beneath(locals: Locals | null, own: object): Locals {
  return Object.assign(Object.create(locals), own);
}
