import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Encrypts short texts for the database, so that a copy of the file alone gives nothing away. */
export type Sealer = {
  seal(text: string): string;
  /** Throws when the text was sealed with another key, or changed. */
  open(sealed: string): string;
};

const mark = "v1";

/**
 * AES-256-GCM with a key derived from the portal's secret key.
 * @param secretKey setting SECRET_KEY; at least 32 characters
 */
export function createSealer(secretKey: string): Sealer {
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", "jhaas hub secrets", 32));
  return {
    seal(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return [mark, nonce, cipher.getAuthTag(), body]
        .map((part) => (typeof part === "string" ? part : part.toString("base64url")))
        .join(".");
    },
    open(sealed) {
      const [version, nonce = "", tag = "", body = ""] = sealed.split(".");
      try {
        if (version !== mark) throw new Error("unknown form");
        const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"));
        decipher.setAuthTag(Buffer.from(tag, "base64url"));
        return Buffer.concat([decipher.update(Buffer.from(body, "base64url")), decipher.final()]).toString("utf8");
      } catch {
        // The cause would say nothing to anybody, and might carry bytes of the secret.
        throw new Error("A hub's secrets cannot be read: SECRET_KEY is not the one they were stored with.");
      }
    },
  };
}
