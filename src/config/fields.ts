import { z } from "zod";
import type { Range } from "../domain/expected-usage.ts";

/** Building blocks for settings: each takes the text of an environment variable and says plainly what is wrong. */

export const text = z.string().trim().min(1, "must not be empty");

export const optionalText = z
  .string()
  .trim()
  .transform((value) => (value === "" ? undefined : value))
  .optional();

export const url = text.refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
  error: "must be an http or https address",
});

export const optionalUrl = optionalText.refine((value) => value === undefined || url.safeParse(value).success, {
  error: "must be an http or https address",
});

/** An odd spelling is a fault, never silently false. */
export const onOff = z.enum(["on", "off"], { error: 'must be "on" or "off"' }).transform((value) => value === "on");

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .trim()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: `must be from ${min} to ${max}` });

export const decimalNumber = (min: number, max: number) =>
  z
    .string()
    .trim()
    .regex(/^\d+(\.\d+)?$/, "must be a number")
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: `must be from ${min} to ${max}` });

export const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as "#0b5394"');

/** `min:max:step:preset`, such as `0.25:4:0.25:0.5`. */
export const range = z
  .string()
  .regex(/^\d+(\.\d+)?(:\d+(\.\d+)?){3}$/, "must be min:max:step:preset, such as 0.25:4:0.25:0.5")
  .transform((value): Range => {
    const [min = 0, max = 0, step = 1, preset = 0] = value.split(":").map(Number);
    return { min, max, step, preset };
  })
  .refine(({ min, max, step, preset }) => min <= preset && preset <= max && step > 0, {
    error: "needs min ≤ preset ≤ max and a step above 0",
  });
