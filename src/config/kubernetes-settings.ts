import { optionalText } from "./fields.ts";

/** Settings that only `HUB_BACKEND=kubernetes` reads. */
export const kubernetesSettings = {
  HUB_DOMAIN: optionalText.describe("Hubs live at `https://<slug>.<HUB_DOMAIN>/`; needs wildcard DNS"),
};
