import { startEmbeddedAuthentik } from "../src/embedded-authentik/start.ts";

/** The stand-in for Authentik, as a process of its own: its work and memory are neither the portal's nor the cluster's. */
const [, , portalUrl = ""] = process.argv;
const authentik = await startEmbeddedAuthentik({ dataFile: ":memory:", port: 0, seed: { portalUrl } });
process.on("disconnect", () => process.exit());
process.send?.({
  authentik: { url: authentik.url, apiToken: authentik.apiToken, portal: authentik.portal },
  superuserToken: authentik.superuserToken,
});
