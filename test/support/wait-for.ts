/**
 * Waits until a condition holds, looking again every few milliseconds.
 * @param look returns something truthy when it holds; what it throws counts as not yet
 * @param what names the condition in the failure
 * @throws when it does not hold within `withinMs`, with what was last seen
 */
export async function waitFor<T>(
  look: () => Promise<T> | T,
  what: string,
  { withinMs = 30_000, everyMs = 50 }: { withinMs?: number; everyMs?: number } = {},
): Promise<NonNullable<T>> {
  const end = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen) return seen;
      last = seen;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`Waited ${withinMs} ms for ${what}; last seen: ${String(last)}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
