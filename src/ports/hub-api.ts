/** How to reach one hub's REST API. */
export type HubApiRef = { apiUrl: string; apiToken: string };

/** A person's server on a hub. */
export type RunningServer = {
  username: string;
  startedAt: Date | null;
  lastActivity: Date | null;
  ready: boolean;
  /** What is under way with it; null when nothing is. */
  pending: "starting" | "stopping" | null;
};

/**
 * JupyterHub's REST API, in our words (shared/reference/jupyterhub-rest-api.yml).
 * Throws `Unavailable` when the hub does not answer or refuses.
 */
export interface HubApi {
  /** Everyone with a server that runs or starts. */
  runningServers(hub: HubApiRef): Promise<RunningServer[]>;
  /** Starts a person's server, creating the hub user when needed. Nothing happens when it runs. */
  startServer(hub: HubApiRef, username: string): Promise<void>;
  /** Stops a person's server and waits until it has stopped; nothing happens when none runs. */
  stopServer(hub: HubApiRef, username: string): Promise<void>;
  /** Asks for a person's server to be stopped, without waiting for it. */
  askToStop(hub: HubApiRef, username: string): Promise<void>;
  /** Stops the server and ends every session of the person on this hub; home folders stay. */
  endSession(hub: HubApiRef, username: string): Promise<void>;
}
