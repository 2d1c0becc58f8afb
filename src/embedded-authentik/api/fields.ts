import { z } from "zod";

/**
 * Building blocks for request bodies: what the API description demands, with the sentences that Authentik answers
 * (those of Django REST framework).
 */

/** The sentence for a missing, null or mistyped value. */
const wrong = (otherwise: string) => (issue: { input?: unknown }) => {
  if (issue.input === undefined) return "This field is required.";
  if (issue.input === null) return "This field may not be null.";
  return otherwise;
};

export const text = (max?: number) => {
  const anyText = z.string({ error: wrong("Not a valid string.") });
  return max === undefined ? anyText : anyText.max(max, `Ensure this field has no more than ${max} characters.`);
};

/** A text that must not be empty; spaces do not count. */
export const filledText = (max?: number) =>
  text(max).refine((value) => value.trim() !== "", "This field may not be blank.");

export const flag = z.boolean({ error: wrong("Must be a valid boolean.") });

/** A moment in ISO 8601. */
export const dateTime = text().refine(
  (value) => z.iso.datetime({ offset: true, local: true }).safeParse(value).success,
  "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].",
);

export const wholeNumber = (min: number, max: number) =>
  z
    .int({ error: wrong("A valid integer is required.") })
    .min(min, `Ensure this value is greater than or equal to ${min}.`)
    .max(max, `Ensure this value is less than or equal to ${max}.`);

export const oneOf = <const T extends readonly string[]>(choices: T) =>
  z.enum(choices, {
    error: (issue) => wrong(`"${String(issue.input)}" is not a valid choice.`)(issue),
  });

export const dictionary = z.record(z.string(), z.unknown(), {
  error: wrong("Value must be a dictionary, and not have any duplicate keys."),
});

const slugPattern = /^[-a-zA-Z0-9_]+$/;
export const slug = (max: number | null) =>
  filledText(max ?? undefined).regex(
    slugPattern,
    "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
  );

/** A web address or nothing. */
export const address = text().refine((value) => value === "" || isWebAddress(value), "Enter a valid URL.");

function isWebAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

/** `minutes=5` or `days=1;hours=2`. */
export const period = filledText().refine(
  (value) => /^(?:(?:microseconds|milliseconds|seconds|minutes|hours|days|weeks)=\d+(?:\.\d+)?;?)+$/.test(value),
  { error: (issue) => `${String(issue.input)} is not in the correct format of 'hours=3;minutes=1'.` },
);

const uuidPattern = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
export const isUuid = (value: string) => uuidPattern.test(value);

/** The pk (uuid) of something that exists. */
export const reference = (exists: (pk: string) => boolean) =>
  z.string({ error: wrong("Incorrect type. Expected pk value.") }).superRefine((pk, context) => {
    if (!isUuid(pk)) context.addIssue({ code: "custom", message: `“${pk}” is not a valid UUID.` });
    else if (!exists(pk)) context.addIssue({ code: "custom", message: notThere(pk) });
  });

/** The pk (number) of something that exists. */
export const numberReference = (exists: (pk: number) => boolean) =>
  z.int({ error: wrong("Incorrect type. Expected pk value.") }).superRefine((pk, context) => {
    if (!exists(pk)) context.addIssue({ code: "custom", message: notThere(pk) });
  });

const notThere = (pk: string | number) => `Invalid pk "${pk}" - object does not exist.`;

export const list = <T extends z.ZodType>(item: T) =>
  z.array(item, {
    error: (issue) => wrong(`Expected a list of items but got type "${pythonType(issue.input)}".`)(issue),
  });

function pythonType(value: unknown): string {
  if (typeof value === "string") return "str";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if (typeof value === "boolean") return "bool";
  return "dict";
}
