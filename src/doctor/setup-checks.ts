import { checkAuthentikSetup } from "../adapters/authentik/check-setup.ts";
import { type Config, ConfigFault } from "../config/read-config.ts";
import { doubtful, type Finding, good, wrong } from "../domain/finding.ts";
import type { HubBackend } from "../ports/hub-backend.ts";
import type { SetupCheck } from "../ports/setup-check.ts";

// What fails is told as a finding.
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The look at Authentik. @param trial also makes and removes everything that a hub needs there */
export function authentikCheck(config: Config, trial = false): SetupCheck {
  const {
    AUTHENTIK_URL: url,
    AUTHENTIK_TOKEN: token,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
  } = config;
  return {
    name: "Authentik",
    examine: shared(async () => {
      if (!url || !token) return [good("No Authentik is set: the embedded stand-in is used, which is set up already.")];
      return checkAuthentikSetup({
        url,
        token,
        parentGroup: config.AUTHENTIK_PARENT_GROUP,
        teacherGroup: config.TEACHER_GROUP,
        governanceGroup: config.GOVERNANCE_GROUP,
        publicUrl: config.PUBLIC_URL,
        log: silent,
        trial,
        own:
          clientId && clientSecret
            ? {
                applicationSlug: config.AUTHENTIK_APPLICATION_SLUG,
                clientId,
                clientSecret,
                callbackUrl: `${config.PUBLIC_URL}/sign-in/callback`,
              }
            : null,
      });
    }),
  };
}

/** The look at the place where hubs run. @param backend of a portal that runs; left out beside one */
export function placeCheck(config: Config, backend?: HubBackend): SetupCheck {
  const kubernetes = config.HUB_BACKEND === "kubernetes";
  return {
    name: kubernetes ? "Cluster for hubs" : "Hubs on this machine",
    examine: shared(() => (kubernetes ? examineCluster(config) : examineMachine(backend))),
  };
}

async function examineCluster(config: Config): Promise<Finding[]> {
  // Loaded only where hubs run on a cluster.
  const { checkKubernetesSetup } = await import("../adapters/kubernetes/check-setup.ts");
  const { readPlatform } = await import("../adapters/kubernetes/read-platform.ts");
  try {
    return await checkKubernetesSetup({
      cluster: { kubeconfig: config.KUBECONFIG, context: config.KUBERNETES_CONTEXT },
      platform: readPlatform(config),
      log: silent,
    });
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    return error.faults.map((fault) => wrong(fault, "Correct the setting; the README has a table of all."));
  }
}

async function examineMachine(backend?: HubBackend): Promise<Finding[]> {
  const findings = [
    doubtful(
      "Hubs run on this machine, for trying out: they are not isolated from one another.",
      "For more than trying out, set HUB_BACKEND to kubernetes.",
    ),
  ];
  const readiness = await backend?.readiness();
  if (readiness?.ready === true) findings.push(good("JupyterHub is installed."));
  if (readiness?.ready === false) {
    findings.push(
      readiness.final
        ? wrong(readiness.reason, "It is tried again after a minute.")
        : doubtful(readiness.reason, "Wait until it is done; it takes a few minutes."),
    );
  }
  return findings;
}

/** Whoever asks while a look is under way gets the same one: a page that is loaded over and over costs no more. */
function shared(examine: () => Promise<Finding[]>): () => Promise<Finding[]> {
  let running: Promise<Finding[]> | null = null;
  return () => {
    running ??= examine().finally(() => {
      running = null;
    });
    return running;
  };
}
