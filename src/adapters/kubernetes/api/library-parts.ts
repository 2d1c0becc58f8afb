/** Of what the library generates from the API's description, the pieces that its `KubeConfig` uses. */
export { createConfiguration } from "@kubernetes/client-node/dist/gen/configuration.js";
export { ServerConfiguration } from "@kubernetes/client-node/dist/gen/servers.js";
