import type { ExpectedUsage } from "../domain/expected-usage.ts";
import type { OidcEndpoints } from "./identity.ts";

/** Secrets of one hub: made once, kept encrypted in the database, handed out unchanged ever after. */
export type HubSecrets = {
  clientId: string;
  clientSecret: string;
  /** Token of the portal's own service on the hub's REST API. */
  apiToken: string;
  /** 64 hex digits. */
  cookieSecret: string;
  /** 64 hex digits; encrypts auth_state. */
  cryptKey: string;
  /** Shared by hub and proxy. */
  proxyToken: string;
};

/** Everything a backend needs to run one hub; plain data. */
export type HubSpec = {
  id: string;
  slug: string;
  name: string;
  image: string;
  defaultUrl: string;
  usage: ExpectedUsage;
  secrets: HubSecrets;
  oidc: OidcEndpoints;
  /** Group whose members may sign in. */
  allowedGroup: string;
  /** Group whose members may sign in to oversee. */
  governanceGroup: string;
  /** Authentik usernames that get the teacher role on this hub, sorted. */
  teachers: readonly string[];
  /** Moment of the last asked redeployment, ISO 8601; a change of it makes the backend start over. */
  redeployedAt: string | null;
  /** True until the first day of the usage period is over: what only helps beforehand is wanted. */
  preparing: boolean;
};

/** Identifies a hub to the backend after its spec may be gone. */
export type HubKey = { id: string; slug: string };

/** Where a hub is reached. */
export type HubAddress = {
  /** For browsers, with a trailing slash. */
  url: string;
  /** Redirect URI for the provider. */
  callbackUrl: string;
  /** For the portal: base of the REST API, without a trailing slash, such as `http://127.0.0.1:9101/hub/api`. */
  apiUrl: string;
};

/** What was seen of one hub. */
export type HubObservation =
  | { state: "absent" }
  /** On its way; `progress` in plain words, or null when there is nothing to say yet. */
  | { state: "starting"; progress: string | null }
  /** Answers its health check at its public address, with the wanted configuration. */
  | { state: "healthy" }
  /** Cannot come up by itself; `reason` in plain words, for the person who can act on it. */
  | { state: "broken"; reason: string }
  /** Being taken down. */
  | { state: "removing"; progress: string | null };

/** Something that the portal once made for a hub that it does not know. */
export type Stray = {
  /** What to look for there: the name of a namespace, or the path of a folder. */
  where: string;
  /** What is written on it; empty when nothing is. */
  slug: string;
  name: string;
  since: Date | null;
};

/** Whether the backend can take hubs at all, and if not, why, in plain words. */
export type BackendReadiness = { ready: true } | { ready: false; reason: string; final: boolean };

/**
 * The place where hubs run: a Kubernetes cluster, or this machine for trying out.
 * All methods are repeatable and may be cut off at any point; all throw `Unavailable` with a plain sentence.
 */
export interface HubBackend {
  /** Name for logs and pages. */
  readonly name: "local" | "kubernetes";
  /** What a hub's address looks like, for people who choose a slug: `SLUG` stands for it. */
  readonly addressPattern: string;

  readiness(): Promise<BackendReadiness>;

  /** Where the hub is or will be reached. Must return the same for a hub ever after. */
  address(hub: HubKey): Promise<HubAddress>;

  /**
   * Makes what is there match the spec: creates, changes, restarts. Returns once asked for, without waiting for
   * health. Calling it again with the same spec changes nothing and restarts nothing.
   */
  apply(spec: HubSpec): Promise<void>;

  /** Looks at one hub. */
  observe(spec: HubSpec): Promise<HubObservation>;

  /**
   * Which of these hubs are not as they should be, in as few requests as the backend can do it: the reconciler then
   * applies them again. Called once a tick with all deployed hubs.
   */
  drifted(specs: readonly HubSpec[]): Promise<string[]>;

  /**
   * What the portal once made and that belongs to none of these hubs. Nothing is deleted.
   * @param known every hub of which something may be left
   */
  strays(known: readonly HubKey[]): Promise<Stray[]>;

  /** Takes the hub off, keeping home folders. Returns false while that is still under way. */
  remove(hub: HubKey): Promise<boolean>;

  /** Erases the home folders and whatever else is left. Returns false while that is still under way. */
  eraseData(hub: HubKey): Promise<boolean>;

  /** Frees what this object holds when the portal stops; `local` also stops its hubs. */
  close(): Promise<void>;
}
