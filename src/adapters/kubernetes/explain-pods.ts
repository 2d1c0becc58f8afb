import type { Condition, ContainerStatus, Deployment, KubeEvent, Pod } from "./shapes.ts";

/** Why a part of a hub is not up: in plain words, and whether it can still come up by itself. */
export type Trouble = { words: string; final: boolean };

const passing = (words: string): Trouble => ({ words, final: false });
const lasting = (words: string): Trouble => ({ words, final: true });

export type SeenOfPart = {
  /** `JupyterHub` or `The proxy`. */
  part: string;
  deployment: Deployment;
  pods: readonly Pod[];
  /** Events of these pods and of the hub's volume. */
  events: readonly KubeEvent[];
};

/** Takes what the cluster shows of a part of a hub that is not up yet; returns what holds it up. Pure. */
export function explainPart({ part, deployment, pods, events }: SeenOfPart): Trouble {
  const current = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  if (current.length === 0) {
    const failure = deployment.status.conditions.find(
      ({ type, status }) => type === "ReplicaFailure" && status === "True",
    );
    if (failure !== undefined) return explainRefusal(part, failure);
    if (pods.length > 0) return passing(`${part} is being restarted`);
    return passing(`${part} is about to be started`);
  }
  const troubles = current.map((pod) => explainPod(part, pod, eventsOf(pod, events)));
  return troubles.find(({ final }) => final) ?? troubles[0] ?? passing(`${part} is starting`);
}

const eventsOf = (pod: Pod, events: readonly KubeEvent[]) =>
  events.filter(({ involvedObject }) => involvedObject.kind !== "Pod" || involvedObject.name === pod.metadata.name);

/** The cluster does not let a pod be made at all. */
function explainRefusal(part: string, { message }: Condition): Trouble {
  if (/exceeded quota/.test(message)) {
    return lasting(`${part} cannot start: the quota is used up (${message.replace(/^.*exceeded quota: /s, "")})`);
  }
  if (/violates PodSecurity/.test(message)) {
    return lasting(`${part} cannot start: the cluster's rules for pods refuse it (${tail(message)})`);
  }
  return passing(`${part} cannot start yet: ${tail(message)}`);
}

function explainPod(part: string, pod: Pod, events: readonly KubeEvent[]): Trouble {
  const scheduled = pod.status.conditions.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") return explainUnscheduled(part, scheduled.message, events);
  for (const container of [...pod.status.initContainerStatuses, ...pod.status.containerStatuses]) {
    const trouble = explainContainer(part, container, events);
    if (trouble !== null) return trouble;
  }
  return passing(pod.status.phase === "Running" ? `${part} has started and is getting ready` : `${part} is starting`);
}

function explainUnscheduled(part: string, message: string, events: readonly KubeEvent[]): Trouble {
  if (/PersistentVolumeClaim|persistentvolumeclaim|volume node affinity|bind volumes/.test(message)) {
    const why = events.find(({ reason }) => reason === "ProvisioningFailed" || reason === "FailedBinding");
    return passing(`The hub's volume is not there yet${why === undefined ? "" : `: ${tail(why.message)}`}`);
  }
  if (/Insufficient memory/.test(message)) return passing(`${part} waits for room: no node has enough memory free`);
  if (/Insufficient cpu/.test(message)) return passing(`${part} waits for room: no node has enough CPU free`);
  if (/Insufficient /.test(message)) return passing(`${part} waits for room: ${tail(message)}`);
  if (/node affinity|node selector|didn't match/.test(message)) {
    return passing(`${part} waits for a node: none has the labels that HUB_NODE_SELECTOR asks for`);
  }
  if (/taint/.test(message)) return passing(`${part} waits for a node: all are closed to it (${tail(message)})`);
  return passing(`${part} cannot be placed on a node yet: ${tail(message)}`);
}

function explainContainer(part: string, status: ContainerStatus, events: readonly KubeEvent[]): Trouble | null {
  const { waiting, terminated } = status.state;
  const ended = terminated ?? status.lastState.terminated;
  if (waiting !== undefined) {
    switch (waiting.reason) {
      case "InvalidImageName":
        return lasting(`The name of the image ${status.image} is not valid`);
      case "ErrImagePull":
      case "ImagePullBackOff":
        return explainPull(status.image, [waiting.message, ...messagesOf(events, "Failed")].join("\n"));
      case "CreateContainerConfigError":
      case "CreateContainerError":
      case "RunContainerError":
        return lasting(`${part} cannot be started: ${tail(waiting.message)}`);
      case "CrashLoopBackOff":
        return lasting(`${part} ends as soon as it starts. ${lastWords(ended)}`);
    }
    const mount = events.find(({ reason }) => reason === "FailedMount" || reason === "FailedAttachVolume");
    if (mount !== undefined) return passing(`The hub's volume cannot be attached yet: ${tail(mount.message)}`);
    if (waiting.reason === "PodInitializing") return null;
    const pulled = events.some(({ reason, message }) => reason === "Pulling" && message.includes(status.image));
    if (pulled) return passing(`The image ${status.image} is being pulled, which may take some minutes`);
    return passing(`${part} is being set up on a node`);
  }
  if (terminated !== undefined && terminated.exitCode !== 0 && status.restartCount >= 1) {
    return lasting(`${part} ends as soon as it starts. ${lastWords(terminated)}`);
  }
  return null;
}

function explainPull(image: string, said: string): Trouble {
  if (/not found|manifest unknown|name unknown|does not exist/i.test(said)) {
    return lasting(`The image ${image} does not exist`);
  }
  if (/toomanyrequests|rate limit|429/i.test(said)) {
    return passing(`The registry of the image ${image} lets no more pulls through at the moment; it is tried again`);
  }
  if (/unauthorized|denied|authentication required|no basic auth|401|403/i.test(said)) {
    return lasting(`The registry does not let the cluster pull the image ${image}. Check HUB_IMAGE_PULL_FILE`);
  }
  if (/no such host|i\/o timeout|connection refused|TLS handshake/i.test(said)) {
    return passing(`The registry of the image ${image} cannot be reached from the node; it is tried again`);
  }
  return passing(`The image ${image} could not be pulled; it is tried again`);
}

function lastWords(ended: ContainerStatus["lastState"]["terminated"]): string {
  if (ended === undefined) return "It left no message";
  if (ended.reason === "OOMKilled") return "It ran out of memory";
  const line = ended.message.trim().split("\n").at(-1) ?? "";
  return line === "" ? `It ended with code ${ended.exitCode}` : `Its last words: ${tail(line)}`;
}

const messagesOf = (events: readonly KubeEvent[], wanted: string) =>
  events.filter(({ reason }) => reason === wanted).map(({ message }) => message);

/** A message of the cluster, short enough for a page. */
const tail = (message: string) => {
  const line = message.replace(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 297)}…` : line;
};
