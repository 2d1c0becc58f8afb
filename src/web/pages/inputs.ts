import { z } from "zod";

/** Pieces of what a request brings. A page number that is none is the first page: it is typed by nobody. */
export const pageNumber = z.coerce.number().int().min(1).max(1_000_000).catch(1);
export const hubId = z.uuid();
export const participationId = z.uuid();
export const changeId = z.uuid();
/** Authentik's uuid of a person; whether there is such a person is looked up. */
export const personId = z.string().regex(/^[\w-]{1,100}$/);
/** Free text, whatever its length: the body's limit holds for it, and the rules are the use case's. */
export const freeText = z.string().catch("");

/** How many rows a list has on one page. */
export const pageSize = 25;
