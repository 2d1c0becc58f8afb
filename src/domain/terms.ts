/** A version of the provider's terms of use. */
export type Terms = { version: number; markdown: string; validFrom: Date };
