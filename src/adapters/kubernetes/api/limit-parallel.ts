/**
 * Takes how many may run at once; returns a function that runs work as soon as there is a place, in the order asked.
 */
export function limitParallel(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place is handed on, so that nobody who comes later takes it first.
      if (next === undefined) free++;
      else next();
    }
  };
}
