/** The three ports of one local hub, all on 127.0.0.1. */
export type HubPorts = {
  /** For browsers: the hub's proxy. */
  public: number;
  /** The hub itself. */
  hub: number;
  /** REST API of the proxy. */
  proxyApi: number;
};

/** Remembers which ports a hub has, so that its address stays the same. */
export interface PortBook {
  portsOf(hubId: string): Promise<HubPorts>;
  /** Gives the ports back; nothing happens when the hub has none. */
  forget(hubId: string): Promise<void>;
}
