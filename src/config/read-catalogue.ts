import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { parseImageReference } from "../domain/image-reference.ts";
import { customNotebook, defaultUrlFault, type NotebookType } from "../domain/notebook-type.ts";
import { ConfigFault } from "./read-config.ts";

const shipped = resolve(import.meta.dirname, "notebooks.json");

const notebookType = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, "must be lower-case letters, digits and hyphens")
    .refine((id) => id !== customNotebook, { error: `must not be "${customNotebook}"` }),
  name: z.string().min(1).max(40),
  description: z.string().min(1).max(200),
  image: z.string().superRefine((image, context) => {
    const parsed = parseImageReference(image);
    if (typeof parsed === "string") context.addIssue({ code: "custom", message: parsed });
  }),
  defaultUrl: z.string().superRefine((path, context) => {
    const fault = defaultUrlFault(path);
    if (fault !== null) context.addIssue({ code: "custom", message: fault });
  }),
});

const catalogue = z
  .array(notebookType)
  .min(1, "must have at least one notebook type")
  .refine((types) => new Set(types.map((type) => type.id)).size === types.length, { error: "has an id twice" });

/**
 * Reads the notebook types that teachers can choose from.
 * @param path setting NOTEBOOK_CATALOGUE; undefined for the shipped list
 * @throws ConfigFault naming every fault in the file
 */
export function readCatalogue(path: string | undefined): NotebookType[] {
  const file = path ?? shipped;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new ConfigFault([`NOTEBOOK_CATALOGUE ${why}: ${file}`]);
  }
  const read = catalogue.safeParse(content);
  if (read.success) return read.data;
  throw new ConfigFault(
    read.error.issues.map((issue) => `NOTEBOOK_CATALOGUE ${issue.path.join(".")} ${issue.message}`.replace("  ", " ")),
  );
}
