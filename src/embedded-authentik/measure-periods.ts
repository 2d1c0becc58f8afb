/** Length of a period such as `minutes=5;seconds=30`, in milliseconds. */
export function periodMilliseconds(value: string): number {
  const units: Record<string, number> = {
    microseconds: 0.001,
    milliseconds: 1,
    seconds: 1000,
    minutes: 60_000,
    hours: 3_600_000,
    days: 86_400_000,
    weeks: 604_800_000,
  };
  let sum = 0;
  for (const part of value.split(";")) {
    const [unit = "", amount = "0"] = part.split("=");
    sum += (units[unit.trim()] ?? 0) * Number(amount);
  }
  return sum;
}
