/** A record that was put (its JSON) or deleted (null). */
export type Change = { kind: string; id: string; body: string | null };

/** Records of one kind by their id. Records are never changed in place: put a new one. */
export class Table<T> {
  readonly kind: string;
  readonly #idOf: (record: T) => string;
  readonly #note: (change: Change) => void;
  readonly #records = new Map<string, T>();

  constructor(kind: string, idOf: (record: T) => string, note: (change: Change) => void) {
    this.kind = kind;
    this.#idOf = idOf;
    this.#note = note;
  }

  get(id: string | number): T | undefined {
    return this.#records.get(String(id));
  }

  has(id: string | number): boolean {
    return this.#records.has(String(id));
  }

  all(): T[] {
    return [...this.#records.values()];
  }

  find(matches: (record: T) => boolean): T | undefined {
    for (const record of this.#records.values()) if (matches(record)) return record;
    return undefined;
  }

  filter(matches: (record: T) => boolean): T[] {
    return this.all().filter(matches);
  }

  /** Adds or replaces. Returns the record. */
  put(record: T): T {
    const id = this.#idOf(record);
    this.#records.set(id, record);
    this.#note({ kind: this.kind, id, body: JSON.stringify(record) });
    return record;
  }

  delete(id: string | number): void {
    if (this.#records.delete(String(id))) this.#note({ kind: this.kind, id: String(id), body: null });
  }

  /** Takes over a record as it was read from disk. */
  load(body: string): void {
    const record = JSON.parse(body) as T;
    this.#records.set(this.#idOf(record), record);
  }
}
