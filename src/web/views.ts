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
    const template = compile(file);
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

/** A file compiled for locals of which it finds these: true for each of its names that there is. */
type Form = { found: readonly boolean[]; template: View };

/**
 * EJS finds locals by `with`, which looks each name up again wherever it stands and keeps V8 from making the code
 * fast. So each local that the file may name becomes a variable, and the file is compiled once for each set of locals
 * that it meets: a name that there is not stays one, and fails as it should.
 */
function compile(file: string): View {
  const text = readFileSync(file, "utf8");
  const names = namesIn(text);
  const forms: Form[] = [];
  return (locals) => {
    let form = forms.find(({ found }) => names.every((name, at) => name in locals === found[at]));
    if (form === undefined) {
      const found = names.map((name) => name in locals);
      const destructuredLocals = names.filter((_, at) => found[at]);
      // In a block, so that the file may use the same names for its own.
      const template = ejs.compile(`<% { %>${text}<% } %>`, { filename: file, ...options, destructuredLocals });
      form = { found, template };
      forms.push(form);
    }
    return form.template(locals);
  };
}

/** Everything in the file's code that may be the name of a local, and some words more. */
function namesIn(text: string): string[] {
  const code = [...text.matchAll(/<%[-=_]?(?!%)(.*?)[-_]?%>/gs)].map(([, piece = ""]) => piece).join("\n");
  const words = code.matchAll(/(?<![\w$])(?<!(?<!\.\.)\.)[a-zA-Z_$][\w$]*/g);
  return [...new Set([...words].map(([word]) => word))].filter((word) => word !== "locals");
}

/**
 * Locals are taken as they are, instead of being copied for each piece. EJS calls that unsafe, because objects from
 * elsewhere may inherit something; those that are made here inherit from locals only.
 */
const options = { unsafePrototypeLocals: true, _with: false } as const;

/** What a piece of a page sees: its own, and below that what the page sees. Nothing that every object has. */
function beneath(locals: Locals | null, own: object): Locals {
  return Object.assign(Object.create(locals), own);
}
