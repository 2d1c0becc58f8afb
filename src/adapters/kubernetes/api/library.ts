import { registerHooks } from "node:module";

/**
 * The part of `@kubernetes/client-node` that the portal uses: finding a cluster, signing requests, sending them. The
 * library as a whole loads a class for every kind of object there is, which costs 45 MiB of memory and a second at the
 * start. Its `KubeConfig` asks for all of them and uses two, so it is given these. Where a later version of the
 * library is laid out in another way, nothing is held back and everything still works.
 */
const whole = "./gen/index.js";
const hooks = registerHooks({
  resolve(specifier, context, next) {
    const ours = specifier === whole && context.parentURL?.endsWith("/@kubernetes/client-node/dist/config.js");
    return next(ours ? new URL("./library-parts.ts", import.meta.url).href : specifier, context);
  },
});
const config = await import("@kubernetes/client-node/dist/config.js");
hooks.deregister();
const http = await import("@kubernetes/client-node/dist/gen/http/http.js");

export const { KubeConfig } = config;
export type KubeConfig = InstanceType<typeof KubeConfig>;
export const { HttpMethod, IsomorphicFetchHttpLibrary, RequestContext } = http;
export type RequestContext = InstanceType<typeof RequestContext>;
