import { createHash, randomBytes, randomInt, scryptSync, timingSafeEqual } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A random text of letters and digits, such as Authentik makes for client ids (40), secrets (128) and keys (60). */
export function randomText(length: number): string {
  let text = "";
  for (let at = 0; at < length; at++) text += alphabet[randomInt(alphabet.length)];
  return text;
}

/** Compares secrets in a time that tells nothing about where they differ. */
export function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** `scrypt$<salt>$<hash>`, both base64url. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString("base64url")}$${scryptSync(password, salt, 32).toString("base64url")}`;
}

/** True when the password is the one that was hashed. */
export function passwordMatches(password: string, stored: string): boolean {
  const [, salt = "", hash = ""] = stored.split("$");
  const wanted = Buffer.from(hash, "base64url");
  const given = scryptSync(password, Buffer.from(salt, "base64url"), 32);
  return wanted.length === given.length && timingSafeEqual(given, wanted);
}
