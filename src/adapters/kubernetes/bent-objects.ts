import type { Live } from "./api/client.ts";
import { covers } from "./covers.ts";
import type { Manifest } from "./kinds.ts";

/**
 * Objects that the cluster keeps otherwise than they were applied: policies (mutating admission webhooks) change images,
 * add limits and the like. Applying them again would lead to the same, every minute. What was made of them is what they
 * are held against until something else is wanted.
 */
export type BentObjects = {
  /** Takes what was applied and what the cluster answered; returns whether it keeps something else. */
  note(applied: Manifest, answered: Live): boolean;
  /** Whether an object is as the cluster made it of this very manifest. */
  allows(wanted: Manifest, live: Live): boolean;
};

/** Holds only what is bent, so hardly anything. After a start nothing is known, and is learnt by applying once more. */
export function createBentObjects(): BentObjects {
  const known = new Map<string, { applied: string; kept: Manifest }>();
  const keyOf = ({ kind, metadata }: Manifest) => `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
  return {
    note(applied, answered) {
      if (covers(applied, answered)) {
        known.delete(keyOf(applied));
        return false;
      }
      const { metadata: _metadata, status: _status, ...fields } = answered;
      // Of labels and annotations only those applied: others come and go.
      const kept = { ...fields, apiVersion: applied.apiVersion, kind: applied.kind, metadata: applied.metadata };
      known.set(keyOf(applied), { applied: JSON.stringify(applied), kept });
      return true;
    },
    allows(wanted, live) {
      const found = known.get(keyOf(wanted));
      return found !== undefined && found.applied === JSON.stringify(wanted) && covers(found.kept, live);
    },
  };
}
