import { createHash, timingSafeEqual } from "node:crypto";
import type { Request } from "express";

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1); undefined without one. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer (.+)$/i.exec(request.get("authorization") ?? "")?.[1];
}

/** Compares in a time that tells nothing of where two texts differ, nor of their lengths. */
export function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
