import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * Headers that keep pages to themselves: nothing inline, nothing from elsewhere, no frames.
 * @param authentikOrigin forms may lead there, since signing out goes on to Authentik
 */
export function createSecurityHeaders(authentikOrigin: string, secure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'", authentikOrigin],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    hsts: secure,
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
  });
}
