import type { FieldFault } from "./errors.ts";

/** What a teacher expects one participant to need, and how many participants. */
export type ExpectedUsage = {
  participants: number;
  /** GiB of memory per participant. */
  ramGib: number;
  /** CPU cores per participant. */
  cpus: number;
  /** GiB of home folder per participant. */
  storageGib: number;
  /** Graphics cards per participant. */
  gpus: number;
};

export type Range = { min: number; max: number; step: number; preset: number };

/** The limits of the form; all are settings. A GPU range with `max` 0 means that the provider offers none. */
export type UsageLimits = Record<keyof ExpectedUsage, Range>;

export const usageFields = [
  { key: "participants", label: "Number of participants", unit: "" },
  { key: "ramGib", label: "RAM per participant", unit: "GiB" },
  { key: "cpus", label: "CPUs per participant", unit: "CPUs" },
  { key: "storageGib", label: "Storage per participant", unit: "GiB" },
  { key: "gpus", label: "GPUs per participant", unit: "GPUs" },
] as const satisfies readonly { key: keyof ExpectedUsage; label: string; unit: string }[];

/** What a hub reserves over all its participants. */
export type UsageTotal = Omit<ExpectedUsage, "participants">;

/** Takes the usage of one participant; returns the sum over all participants. */
export function totalOf(usage: ExpectedUsage): UsageTotal {
  const times = (each: number) => each * usage.participants;
  return {
    ramGib: times(usage.ramGib),
    cpus: times(usage.cpus),
    storageGib: times(usage.storageGib),
    gpus: times(usage.gpus),
  };
}

/** Checks each number against its range and step. Returns a fault a field. */
export function checkUsage(usage: ExpectedUsage, limits: UsageLimits): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const { key, label, unit } of usageFields) {
    const { min, max, step } = limits[key];
    const value = usage[key];
    const inUnit = unit === "" ? "" : ` ${unit}`;
    // Steps are binary fractions or whole numbers, so the remainder is exact enough at this tolerance.
    const steps = (value - min) / step;
    const onStep = Math.abs(steps - Math.round(steps)) < 1e-9;
    if (!Number.isFinite(value) || value < min || value > max) {
      faults.push({ field: key, message: `${label} must be a number from ${min} to ${max}${inUnit}` });
    } else if (!onStep) {
      faults.push({ field: key, message: `${label} must be in steps of ${step}${inUnit}, starting at ${min}` });
    }
  }
  return faults;
}
