/**
 * Amounts as Kubernetes itself writes them, so that what is read back equals what was applied: the largest unit in which
 * the amount is a whole number (k8s.io/apimachinery/pkg/api/resource, "canonical form").
 */

/** Takes GiB; returns whole Mi or more. */
export const gib = (amount: number): string =>
  inUnits(Math.max(1, roundUp(amount * 1024)), 1024, ["Mi", "Gi", "Ti", "Pi"]);

/** Takes cores; returns thousandths or more. */
export const cores = (amount: number): string =>
  inUnits(Math.max(1, roundUp(amount * 1000)), 1000, ["m", "", "k", "M"]);

/** Takes how many of something; returns it as a quantity. */
export const count = (amount: number): string => inUnits(roundUp(amount), 1000, ["", "k", "M"]);

/** Sums of decimal fractions may end up a hair above a whole number. */
const roundUp = (amount: number) => Math.ceil(amount - 1e-9);

function inUnits(amount: number, step: number, units: readonly string[]): string {
  let [rest, at] = [amount, 0];
  while (rest > 0 && rest % step === 0 && at < units.length - 1) [rest, at] = [rest / step, at + 1];
  return `${rest}${units[at]}`;
}
