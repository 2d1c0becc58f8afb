import { z } from "zod";
import { decimalNumber, onOff, optionalText, wholeNumber } from "./fields.ts";

const hostName = /^(?=.{1,190}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const objectName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const cidr = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;

const optionalHost = optionalText.refine((value) => value === undefined || hostName.test(value), {
  error: "must be a host name such as hubs.example.org, without https:// and port",
});
const optionalName = optionalText.refine((value) => value === undefined || objectName.test(value), {
  error: "must be a name as Kubernetes has them: lower-case letters, digits, hyphens",
});

/** `key=value,key=value`; keys and values may hold anything but commas, and keys no equals sign. */
const pairs = z.string().transform((value, context): Record<string, string> => {
  const read: Record<string, string> = {};
  for (const pair of value.split(",").filter((part) => part.trim() !== "")) {
    const at = pair.indexOf("=");
    if (at < 1) {
      context.addIssue({ code: "custom", message: "must be key=value pairs with commas between them" });
      return z.NEVER;
    }
    read[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  }
  return read;
});

const cidrs = z
  .string()
  .transform((value) =>
    value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  )
  .refine((list) => list.every((part) => cidr.test(part)), {
    error: "must be networks such as 10.20.0.0/16, with commas between them",
  });

/** Settings that only `HUB_BACKEND=kubernetes` reads. */
export const kubernetesSettings = {
  HUB_DOMAIN: optionalHost.describe("Hubs live at `https://<slug>.<HUB_DOMAIN>/`; needs wildcard DNS"),
  HUB_HOST: optionalHost.describe(
    "Instead of `HUB_DOMAIN`: hubs live at `https://<HUB_HOST>/<slug>/`; isolates hubs less, so it must not be the portal's own host",
  ),
  HUB_TLS: z
    .string()
    .regex(/^(off|controller|(secret|issuer):[a-z0-9]([a-z0-9.-]*[a-z0-9])?)$/, {
      error: 'must be "controller", "issuer:<name>", "secret:<name>" or "off"',
    })
    .default("controller")
    .describe(
      "Certificate of hubs: `controller` (the ingress controller's own), `issuer:<cert-manager ClusterIssuer>`, `secret:<name>` (something else puts it into every hub's namespace), or `off`",
    ),
  INGRESS_CLASS: optionalName.describe("Ingress class of hubs; left out, the cluster's default"),
  INGRESS_ANNOTATIONS: pairs.optional().describe("Annotations of hubs' Ingress, as `key=value,key=value`"),

  KUBECONFIG: optionalText.describe(
    "Path to the file that says how to reach the cluster; left out, the pod's own account, or `~/.kube/config`",
  ),
  KUBERNETES_CONTEXT: optionalText.describe("Context in that file; left out, its current one"),
  KUBERNETES_TIMEOUT_SECONDS: wholeNumber(1, 300).default(30).describe("Longest wait for one answer of the cluster"),
  KUBERNETES_PARALLEL: wholeNumber(1, 100).default(8).describe("Requests to the cluster at the same time, at most"),
  PORTAL_NAMESPACE: optionalName.describe(
    "Namespace that the portal runs in, whose pods may then reach hubs' API; left out, that of the pod's own account",
  ),
  HUB_NAMESPACE_PREFIX: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,18}-$/,
      "must be at most 20 lower-case letters, digits and hyphens, and end with a hyphen",
    )
    .default("jhaas-")
    .describe("Begins the name of each hub's namespace"),
  HUB_POD_SECURITY: z
    .enum(["restricted", "baseline"])
    .default("restricted")
    .describe("Pod Security Standard that everything of a hub must meet"),

  HUB_STORAGE_CLASS: optionalName.describe("Storage class of home folders; left out, the cluster's default"),
  HUB_SHARED_STORAGE_CLASS: optionalName.describe(
    "Storage class that many nodes can write to at once (ReadWriteMany); with it each hub has the shared folders `material` and `shared`",
  ),
  HUB_SHARED_STORAGE_GIB: wholeNumber(1, 100_000).default(10).describe("Size of a hub's shared folders"),
  HUB_MEMORY_GUARANTEE: decimalNumber(0.01, 1)
    .default(0.5)
    .describe("Part of a participant's memory that is set aside for them; the rest is shared"),
  HUB_CPU_GUARANTEE: decimalNumber(0.01, 1)
    .default(0.1)
    .describe("Part of a participant's CPUs that is set aside for them; the rest is shared"),
  HUB_QUOTA_FACTOR: decimalNumber(1, 10)
    .default(1.25)
    .describe("How much more than its expected usage a hub may use in all"),
  HUB_NODE_SELECTOR: pairs.optional().describe("Labels of the nodes that hubs run on, as `key=value,key=value`"),
  HUB_IMAGE_PULL_FILE: optionalText.describe("Path to a `.dockerconfigjson` for registries that need a sign-in"),
  HUB_PRE_PULL: onOff
    .default(false)
    .describe("`on` brings a hub's notebook image to every node, in the lead time and on the first day"),
  HUB_USER_NETWORKS: cidrs
    .optional()
    .describe("Private networks that participants' servers may reach, such as `10.20.0.0/16`; otherwise none"),

  HUB_IDLE_MINUTES: wholeNumber(5, 10_080).default(60).describe("A server that nobody uses is stopped after this time"),
  HUB_MAX_AGE_HOURS: wholeNumber(1, 1000).default(12).describe("A server is stopped after this time in any case"),
  HUB_START_TIMEOUT_SECONDS: wholeNumber(30, 3600)
    .default(600)
    .describe("Longest start of a server; pulling a large image takes five to ten minutes"),
  HUB_CONCURRENT_STARTS: wholeNumber(1, 1000).default(64).describe("Servers of one hub that start at the same time"),
};
