import { isRecord } from "./schema.ts";
import type { Store, Stored } from "./store.ts";

/** How a deployment's pod turns out. */
export type Behaviour =
  | "ready"
  | "pending"
  | "crash"
  | "no-image"
  | "registry-refuses"
  | "pulling"
  | "no-room"
  | "no-volume"
  | "quota";

export type Controllers = {
  /** Decides for each deployment; all are ready unless said. */
  behave(choose: (deployment: Stored) => Behaviour): void;
  /** While true, nothing of this happens: an API server alone. */
  idle: boolean;
  /** While true, namespaces that are being removed stay, as with a finalizer that nobody takes care of. */
  holdNamespaces: boolean;
  /** While true, pods that are being removed keep running. */
  holdPods: boolean;
  close(): void;
};

const at = (object: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), object);
const nowText = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

/** What of Kubernetes' controllers hubs depend on: deployments make pods, pods end, namespaces go. */
export function startControllers(store: Store): Controllers {
  let choose: (deployment: Stored) => Behaviour = () => "ready";
  let planned = false;
  let closed = false;
  let holdPods = false;
  const plan = () => {
    if (planned || closed) return;
    planned = true;
    setImmediate(() => {
      planned = false;
      if (!closed && !controllers.idle) look();
    });
  };
  store.onChange = plan;

  const controllers: Controllers = {
    behave(chosen) {
      choose = chosen;
      plan();
    },
    idle: false,
    holdNamespaces: false,
    get holdPods() {
      return holdPods;
    },
    set holdPods(hold) {
      holdPods = hold;
      plan();
    },
    close() {
      closed = true;
    },
  };

  function look(): void {
    for (const deployment of store.list("Deployment")) settle(deployment);
    const owners = new Set(store.list("Deployment").map(({ metadata }) => metadata.uid));
    for (const pod of store.list("Pod")) {
      const [owner] = (pod.metadata.ownerReferences ?? []) as { uid: string }[];
      if (owner !== undefined && !owners.has(owner.uid)) store.remove(pod, "Background");
      if (pod.metadata.deletionTimestamp !== undefined && !holdPods) store.forget(pod);
    }
    for (const claim of store.list("PersistentVolumeClaim")) bind(claim);
    for (const namespace of store.list("Namespace")) terminate(namespace);
    for (const quota of store.list("ResourceQuota")) {
      const hard = Object(at(quota, "spec", "hard")) as Record<string, string>;
      const used = Object.fromEntries(Object.keys(hard).map((name) => [name, "0"]));
      store.touch(quota, () => {
        quota.status = { hard, used };
      });
    }
  }

  function bind(claim: Stored): void {
    const storage = at(claim, "spec", "resources", "requests", "storage");
    if (storage === undefined || at(claim, "spec", "volumeName") !== undefined) return;
    store.touch(claim, () => {
      Object.assign(Object(claim.spec), { volumeName: `pvc-${claim.metadata.uid}` });
      claim.status = { phase: "Bound", capacity: { storage } };
    });
  }

  function settle(deployment: Stored): void {
    const { namespace = "", uid } = deployment.metadata;
    const pods = store.list("Pod", namespace).filter((pod) => {
      const [owner] = (pod.metadata.ownerReferences ?? []) as { uid: string }[];
      return owner?.uid === uid;
    });
    if (deployment.metadata.deletionTimestamp !== undefined) {
      for (const pod of pods) store.remove(pod, "Background");
      if (pods.length === 0) store.forget(deployment);
      return;
    }
    const template = JSON.stringify(at(deployment, "spec", "template"));
    const wanted = Number(at(deployment, "spec", "replicas") ?? 1);
    const current = pods.filter((pod) => pod.metadata.made === template);
    for (const pod of pods) if (wanted === 0 || !current.includes(pod)) store.remove(pod, "Background");
    const behaviour = choose(deployment);
    // Recreate: the new pod waits for the old one to go.
    if (wanted > 0 && pods.length === 0 && behaviour !== "quota") current.push(makePod(deployment, template));
    for (const pod of current)
      store.touch(pod, () => Object.assign(pod, { status: podStatus(behaviour, imageOf(pod)) }));
    for (const pod of current) tellEvents(behaviour, pod);
    const up = behaviour === "ready" ? current.length : 0;
    store.touch(deployment, () => {
      const { generation } = deployment.metadata;
      const conditions = conditionsOf(behaviour, up, deployment);
      const counts = { replicas: pods.length || current.length, updatedReplicas: current.length };
      deployment.status = { observedGeneration: generation, ...counts, availableReplicas: up, conditions };
    });
  }

  function makePod(deployment: Stored, template: string): Stored {
    const { name, namespace = "", uid } = deployment.metadata;
    const { metadata, spec } = JSON.parse(template) as { metadata: { labels?: Record<string, string> }; spec: unknown };
    return store.put({
      kind: "Pod",
      namespace,
      name: `${name}-${Math.random().toString(36).slice(2, 8)}`,
      labels: metadata.labels ?? {},
      more: { made: template, ownerReferences: [{ uid, kind: "Deployment", name }] },
      fields: { spec },
    });
  }

  function tellEvents(behaviour: Behaviour, pod: Stored): void {
    const told = eventFor(behaviour, imageOf(pod));
    if (told === undefined) return;
    const { namespace = "", name: podName } = pod.metadata;
    const [kind, name] = behaviour === "no-volume" ? ["PersistentVolumeClaim", "hub-db"] : ["Pod", podName];
    if (store.find("Event", `${name}.1`, namespace) !== undefined) return;
    const involvedObject = { kind, name, namespace };
    store.put({
      kind: "Event",
      namespace,
      name: `${name}.1`,
      labels: {},
      more: {},
      fields: { ...told, involvedObject },
    });
  }

  function terminate(namespace: Stored): void {
    if (namespace.metadata.deletionTimestamp === undefined) return;
    const { name } = namespace.metadata;
    for (const object of store.everythingIn(name)) {
      if (object.metadata.deletionTimestamp === undefined) store.remove(object, "Background");
    }
    const left = store.everythingIn(name).length;
    if (left === 0 && !controllers.holdNamespaces) {
      store.forget(namespace);
      return;
    }
    store.touch(namespace, () => {
      const message = `Some content in the namespace has finalizers remaining: example.org/keep in ${left} instances`;
      const condition = {
        type: "NamespaceFinalizersRemaining",
        status: "True",
        reason: "SomeFinalizersRemain",
        message,
      };
      namespace.status = { phase: "Terminating", conditions: [condition] };
    });
  }
  return controllers;
}

function imageOf(pod: Stored): string {
  const containers = at(pod, "spec", "containers");
  return String(at(Array.isArray(containers) ? containers[0] : undefined, "image") ?? "");
}

function conditionsOf(behaviour: Behaviour, up: number, deployment: Stored): Record<string, unknown>[] {
  const before = at(deployment, "status", "conditions");
  const old = (Array.isArray(before) ? before : []).find((one) => at(one, "type") === "Available");
  const status = up > 0 ? "True" : "False";
  const lastTransitionTime = at(old, "status") === status ? at(old, "lastTransitionTime") : nowText();
  const conditions: Record<string, unknown>[] = [{ type: "Available", status, lastTransitionTime }];
  if (behaviour === "quota") {
    const message =
      'pods "hub-x" is forbidden: exceeded quota: hub, requested: limits.memory=1Gi, used: 0, limited: 512Mi';
    conditions.push({ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message });
  }
  return conditions;
}

function podStatus(behaviour: Behaviour, image: string): Record<string, unknown> {
  const scheduled = { type: "PodScheduled", status: "True" };
  const unscheduled = (message: string) => ({
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
  });
  const container = (more: Record<string, unknown>) => ({
    phase: "Pending",
    conditions: [scheduled],
    containerStatuses: [{ name: "main", image, ready: false, restartCount: 0, ...more }],
  });
  const waiting = (reason: string, message = "") => container({ state: { waiting: { reason, message } } });
  switch (behaviour) {
    case "ready":
      return { ...container({ ready: true, state: { running: {} } }), phase: "Running" };
    case "pending":
      return { ...container({ state: { running: {} } }), phase: "Running" };
    case "crash": {
      const message = "Traceback (most recent call last):\nValueError: no such option\n";
      const terminated = { reason: "Error", exitCode: 1, message };
      const state = { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s restarting failed container" } };
      return container({ restartCount: 3, state, lastState: { terminated } });
    }
    case "no-image":
      return waiting("ImagePullBackOff", `Back-off pulling image "${image}"`);
    case "registry-refuses":
      return waiting("ErrImagePull", "failed to resolve reference: 401 Unauthorized");
    case "pulling":
      return waiting("ContainerCreating");
    case "no-room":
      return unscheduled("0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available.");
    case "no-volume":
      return unscheduled("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.");
    case "quota":
      return {};
  }
}

function eventFor(behaviour: Behaviour, image: string): Record<string, unknown> | undefined {
  if (behaviour === "no-image") {
    const message = `Failed to pull image "${image}": rpc error: manifest unknown: not found`;
    return { type: "Warning", reason: "Failed", message };
  }
  // No warning, by kube-controller-manager 1.34.
  if (behaviour === "no-volume") {
    const message = "no persistent volumes available for this claim and no storage class is set";
    return { type: "Normal", reason: "FailedBinding", message };
  }
  if (behaviour === "pulling") return { type: "Normal", reason: "Pulling", message: `Pulling image "${image}"` };
  return undefined;
}
