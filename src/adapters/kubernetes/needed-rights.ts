import { appliedKinds, type Kind } from "./kinds.ts";

/** What the portal's account does with each kind. */
export type NeededRight = { kind: Kind; verb: string };

const applied = ["list", "create", "patch", "delete", "deletecollection"];
const verbsOf: Partial<Record<Kind, readonly string[]>> = {
  // Namespaces hold the home folders, so they go one at a time and never by a list.
  Namespace: ["get", "list", "create", "patch", "delete"],
  // The portal never deletes a volume by itself. What is here beside `patch` it hands on to each hub, and nobody can
  // hand on a right they do not hold.
  PersistentVolumeClaim: ["get", "list", "watch", "create", "patch", "delete"],
};

/** Every right that the portal uses or hands on to a hub; deploy/kubernetes/cluster-role.yaml grants exactly these and those of the doctor. */
export const neededRights: readonly NeededRight[] = [
  ...appliedKinds.flatMap((kind) => (verbsOf[kind] ?? applied).map((verb) => ({ kind, verb }))),
  // List and deletecollection to stop servers; the rest is handed on.
  ...["get", "list", "watch", "create", "delete", "deletecollection"].map((verb) => ({ kind: "Pod" as const, verb })),
  // List to say what holds a hub up; the rest is handed on.
  ...["get", "list", "watch"].map((verb) => ({ kind: "Event" as const, verb })),
];
