/**
 * Keeps what a function made of each of its arguments. For what is costly to make and asked for again and again.
 * @param limit how many results are kept; the oldest goes
 */
export function remember<Key, Made>(limit: number, make: (key: Key) => Made): (key: Key) => Made {
  const kept = new Map<Key, Made>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    const [oldest] = kept.keys();
    if (kept.size >= limit && oldest !== undefined) kept.delete(oldest);
    kept.set(key, made);
    return made;
  };
}
