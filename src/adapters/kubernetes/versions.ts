/**
 * Container images of everything but user servers, in this one place. Hub and proxy are those of one release of
 * zero-to-jupyterhub-k8s (facts: jupyterhub-kubernetes §1, §3): JupyterHub 5.5.0, KubeSpawner 7.0.0,
 * oauthenticator 17.4.0, idle culler 1.4.0.
 */
export const images = {
  hub: "quay.io/jupyterhub/k8s-hub:4.4.0",
  proxy: "quay.io/jupyterhub/configurable-http-proxy:5.2.0",
  /** Keeps a pod of the pre-pull DaemonSet alive at no cost. */
  pause: "registry.k8s.io/pause:3.10.1",
} as const;

/** Kubernetes releases that hubs are made for: the oldest that this release of zero-to-jupyterhub supports. */
export const oldestKubernetes = { major: 1, minor: 28 } as const;
