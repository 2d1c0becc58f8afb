/**
 * Amounts as Kubernetes itself writes them, so that what is read back equals what was applied
 * (k8s.io/apimachinery/pkg/api/resource, "canonical form").
 */

/** Takes GiB; returns a whole number of Mi, or of Gi where it comes out even. */
export function gib(amount: number): string {
  const mebi = Math.max(1, Math.ceil(amount * 1024 - 1e-9));
  return mebi % 1024 === 0 ? `${mebi / 1024}Gi` : `${mebi}Mi`;
}

/** Takes cores; returns thousandths, or whole cores where it comes out even. */
export function cores(amount: number): string {
  const milli = Math.max(1, Math.ceil(amount * 1000 - 1e-9));
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
