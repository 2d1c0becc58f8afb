import type { HubObservation, HubSpec } from "../../ports/hub-backend.ts";
import type { Live } from "./api/client.ts";
import { explainPart, type Trouble } from "./explain-pods.ts";
import { configChecksum } from "./manifests/config.ts";
import { annotationKeys, labelKeys, namespaceOf, ownSelector } from "./names.ts";
import { foreignNamespace, isHubs, makingOf, type Parts, whatHoldsUp } from "./parts.ts";
import { type Deployment, deploymentShape, eventShape, podShape } from "./shapes.ts";
import { visitHub } from "./visit-hub.ts";

const components = [
  { name: "proxy", part: "The proxy" },
  { name: "hub", part: "JupyterHub" },
] as const;

/**
 * Looks at one hub: its namespace, its two deployments, why they are not up, and at last its public address.
 * @param notBefore milliseconds since 1970; what was seen earlier is not used
 */
export async function observeHub(parts: Parts, spec: HubSpec, notBefore: number): Promise<HubObservation> {
  const { view, platform } = parts;
  const name = namespaceOf(spec, platform);
  // Not by label: a namespace of this name may be somebody else's.
  const namespace = (await view.list({ kind: "Namespace" }, notBefore)).get(name)?.[0];
  if (namespace === undefined) return { state: "absent" };
  if (!isHubs(namespace, spec)) return { state: "broken", reason: foreignNamespace(parts, spec, namespace) };
  if (namespace.metadata.deletionTimestamp !== undefined) {
    return { state: "removing", progress: whatHoldsUp(namespace, parts.now()) };
  }

  const deployments = (await view.list({ kind: "Deployment", labelSelector: ownSelector }, notBefore)).get(name) ?? [];
  const found = components.map((component) => ({ ...component, live: standing(deployments, component.name) }));
  const checksum = configChecksum(await makingOf(parts, spec));
  const troubles: Trouble[] = [];
  for (const { name: component, part, live } of found) {
    if (live === undefined) return { state: "absent" };
    const deployment = deploymentShape.parse(live);
    const runsWith = deployment.spec.template.metadata.annotations[annotationKeys.checksum];
    // Applied with another configuration: as good as not applied.
    if (component === "hub" && runsWith !== checksum) return { state: "absent" };
    if (isUp(live, deployment)) continue;
    troubles.push(await explain(parts, spec, { component, part, deployment }, notBefore));
  }
  const trouble = troubles.find(({ final }) => final) ?? troubles[0];
  if (trouble?.final) return { state: "broken", reason: `${trouble.words}.` };
  if (trouble !== undefined) return { state: "starting", progress: trouble.words };

  const unreached = await visitHub(parts, spec);
  return unreached === null ? { state: "healthy" } : { state: "starting", progress: unreached };
}

const standing = (deployments: readonly Live[], name: string) =>
  deployments.find(({ metadata }) => metadata.name === name && metadata.deletionTimestamp === undefined);

/** Whether what was last asked for runs, and nothing older beside it. */
export function isUp(live: Live, { status }: Deployment): boolean {
  const seen = status.observedGeneration >= (live.metadata.generation ?? 0);
  return seen && status.replicas === 1 && status.updatedReplicas === 1 && status.availableReplicas === 1;
}

async function explain(
  { view, platform }: Parts,
  spec: HubSpec,
  seen: { component: string; part: string; deployment: Deployment },
  notBefore: number,
): Promise<Trouble> {
  const name = namespaceOf(spec, platform);
  const [pods, warnings, pulls, bindings] = await Promise.all([
    view.list({ kind: "Pod", labelSelector: `${labelKeys.component} in (hub,proxy)` }, notBefore),
    view.list({ kind: "Event", fieldSelector: "type=Warning" }, notBefore),
    view.list({ kind: "Event", fieldSelector: "reason=Pulling" }, notBefore),
    // No warning for Kubernetes: it may be bound yet.
    view.list({ kind: "Event", fieldSelector: "reason=FailedBinding" }, notBefore),
  ]);
  const ofPart = (pods.get(name) ?? []).filter(
    ({ metadata }) => metadata.labels[labelKeys.component] === seen.component,
  );
  const events = [warnings, pulls, bindings].flatMap((found) => found.get(name) ?? []);
  return explainPart({
    part: seen.part,
    deployment: seen.deployment,
    pods: ofPart.map((pod) => podShape.parse(pod)),
    events: events.map((event) => eventShape.parse(event)),
  });
}
