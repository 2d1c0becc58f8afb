import { createHash } from "node:crypto";
import type { User } from "./store/records.ts";
import type { World } from "./world.ts";

/** Authentik's `User.uid`: stays the same per installation, says nothing about the person. */
export function uidOf({ store }: World, user: User): string {
  const installId = store.values.get("install id")?.value ?? "";
  return createHash("sha256").update(`${user.pk}-${installId}`).digest("hex");
}
