"""Configuration of one hub. The same file for hubs on this machine and on Kubernetes: what differs is in a JSON file
(hub-config.ts says what is in it), named by JHAAS_HUB_CONFIG or lying beside this file."""

import json
import os
import sys
from pathlib import Path

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.scopes import needs_scope
from oauthenticator.generic import GenericOAuthenticator
from tornado.web import HTTPError

c = get_config()  # noqa: F821

# Marks the hub itself (adapters/local/find-processes.ts); its proxy and its users' servers must not have it.
os.environ.pop("JHAAS_CONFIG_HASH", None)

_path = os.environ.get("JHAAS_HUB_CONFIG") or Path(__file__).with_name("hub.json")
config = json.loads(Path(_path).read_text(encoding="utf-8"))
hub, addresses, secrets = config["hub"], config["addresses"], config["secrets"]
oauth, server, culling, place = config["oauth"], config["server"], config["culling"], config["place"]


class CourseAuth(GenericOAuthenticator):
    """Who is no longer in the hub's group is refused at the next refresh, not only at the next sign-in: JupyterHub
    itself asks check_allowed at sign-in only."""

    async def refresh_user(self, user, handler=None, **kwargs):
        refreshed = await super().refresh_user(user, handler, **kwargs)
        if isinstance(refreshed, dict) and not await self.check_allowed(user.name, refreshed):
            return False
        return refreshed


class PortalUser(APIHandler):
    """Makes a hub user for somebody who never signed in, so that their server can be started beforehand. JupyterHub's
    own way needs the scope admin:users, which would also let the portal read everybody's tokens."""

    @needs_scope("servers")
    def post(self, username):
        if getattr(self.current_user, "kind", "") != "service" or self.current_user.name != "portal":
            raise HTTPError(403)
        username = self.authenticator.normalize_username(username)
        if not self.authenticator.validate_username(username):
            raise HTTPError(400, "not a user name")
        self.user_from_username(username)
        self.set_status(204)


# --- Hub and proxy -------------------------------------------------------------------------------------------------
c.JupyterHub.bind_url = addresses["bindUrl"]
c.JupyterHub.hub_bind_url = addresses["hubBindUrl"]
if addresses["hubConnectUrl"]:
    c.JupyterHub.hub_connect_url = addresses["hubConnectUrl"]
c.JupyterHub.cookie_secret = bytes.fromhex(secrets["cookieSecret"])
c.CryptKeeper.keys = [bytes.fromhex(secrets["cryptKey"])]
c.ConfigurableHTTPProxy.api_url = addresses["proxyApiUrl"]
c.ConfigurableHTTPProxy.auth_token = secrets["proxyToken"]
c.JupyterHub.last_activity_interval = 60
# A hub that is started anew, with another configuration or after a fault, finds the servers of its users still running.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
c.JupyterHub.concurrent_spawn_limit = server["concurrentStarts"]
# With a limit, a quota that is too small would make the hub end itself.
c.Spawner.consecutive_failure_limit = 0
c.Spawner.start_timeout = server["startTimeoutSeconds"]
c.Spawner.http_timeout = server["startTimeoutSeconds"]
c.Spawner.default_url = server["defaultUrl"]
c.Spawner.mem_limit = int(server["ramGib"] * 2**30)
c.Spawner.cpu_limit = server["cpus"]

# --- Sign-in -------------------------------------------------------------------------------------------------------
c.JupyterHub.authenticator_class = CourseAuth
c.Authenticator.auto_login = True
c.Authenticator.enable_auth_state = True
# Membership is read again on a person's next request after a minute.
c.Authenticator.auth_refresh_age = 60
c.Authenticator.manage_groups = True
c.OAuthenticator.allowed_groups = set(oauth["allowedGroups"])
c.OAuthenticator.allow_existing_users = False
# Before a start, membership is read again from what sign-in left; whoever never signed in has nothing to read yet.
c.OAuthenticator.refresh_user_hook = lambda authenticator, user, auth_state: True if auth_state is None else None
c.OAuthenticator.auth_state_groups_key = "oauth_user.groups"
c.OAuthenticator.username_claim = "preferred_username"
c.OAuthenticator.scope = ["openid", "email", "profile"]
c.OAuthenticator.login_service = "Authentik"
c.OAuthenticator.enable_pkce = True
c.OAuthenticator.client_id = oauth["clientId"]
c.OAuthenticator.client_secret = oauth["clientSecret"]
c.OAuthenticator.oauth_callback_url = oauth["callbackUrl"]
c.OAuthenticator.authorize_url = oauth["authorizeUrl"]
c.OAuthenticator.token_url = oauth["tokenUrl"]
c.OAuthenticator.userdata_url = oauth["userinfoUrl"]
c.OAuthenticator.logout_redirect_url = oauth["logoutUrl"]

# --- Services and roles --------------------------------------------------------------------------------------------
_culler = [
    sys.executable,
    "-m",
    "jupyterhub_idle_culler",
    f"--timeout={culling['idleSeconds']}",
    f"--cull-every={culling['everySeconds']}",
    f"--max-age={culling['maxAgeSeconds']}",
]
c.JupyterHub.services = [
    {"name": "portal", "api_token": secrets["apiToken"]},
    {"name": "idle-culler", "command": _culler},
]
c.JupyterHub.extra_handlers = [(r"/api/portal/users/([^/]+)", PortalUser)]
c.JupyterHub.load_roles = [
    {
        "name": "portal",
        "description": "What the portal does on this hub: see who has a server, start and stop, end sessions",
        "scopes": ["list:users", "read:users", "read:servers", "servers", "delete:users", "read:hub"],
        "services": ["portal"],
    },
    {
        "name": "idle-culler",
        "description": "Stop servers that nobody uses",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    },
]
c.JupyterHub.load_roles.append(
    {
        "name": "teacher",
        "description": "See and stop participants' servers, and open them",
        # Everybody on this hub is a participant, so the scopes need no filter.
        "scopes": ["admin-ui", "list:users", "read:users", "read:servers", "delete:servers", "access:servers"],
        # Also without any: whoever is not named here and had the role before loses it.
        "users": config["teachers"],
    }
)

# --- Where servers run ---------------------------------------------------------------------------------------------
if place["kind"] == "local":
    folder = Path(place["folder"])
    c.JupyterHub.db_url = f"sqlite:///{folder / 'jupyterhub.sqlite'}"
    c.ConfigurableHTTPProxy.command = place["proxyCommand"]
    c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")
    c.JupyterHub.spawner_class = "jupyterhub.spawner.SimpleLocalProcessSpawner"
    c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "homes" / "{username}")
    c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
    c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", *place["keepEnvironment"]]
    c.Spawner.environment = {place["serverMark"]: "1"}
    if os.geteuid() == 0:
        c.Spawner.args = ["--allow-root"]
else:
    c.JupyterHub.db_url = "sqlite:////srv/jupyterhub/jupyterhub.sqlite"
    c.ConfigurableHTTPProxy.should_start = False
    c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
    c.KubeSpawner.namespace = place["namespace"]
    c.KubeSpawner.image = server["image"]
    c.KubeSpawner.image_pull_secrets = place["imagePullSecrets"]
    c.KubeSpawner.common_labels = place["labels"]
    # The hub's network policy lets only pods with this label reach it.
    c.KubeSpawner.extra_labels = {"hub.jupyter.org/network-access-hub": "true"}
    c.KubeSpawner.node_selector = place["nodeSelector"]
    c.KubeSpawner.cmd = "jupyterhub-singleuser"
    c.KubeSpawner.working_dir = place["homePath"]
    c.KubeSpawner.notebook_dir = place["homePath"]
    c.KubeSpawner.uid = 1000
    c.KubeSpawner.fs_gid = 100
    c.KubeSpawner.allow_privilege_escalation = False
    c.KubeSpawner.container_security_context = {
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    c.KubeSpawner.mem_guarantee = int(server["ramGib"] * place["memoryGuaranteeFactor"] * 2**30)
    c.KubeSpawner.cpu_guarantee = server["cpus"] * place["cpuGuaranteeFactor"]
    if server["gpus"]:
        c.KubeSpawner.extra_resource_limits = {"nvidia.com/gpu": str(server["gpus"])}
        # Nodes with graphics cards are usually kept free of everything else by this taint.
        c.KubeSpawner.tolerations = [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
    # Home folders are the portal's to delete, when their time has come; never the hub's.
    c.KubeSpawner.delete_pvc = False
    c.KubeSpawner.storage_pvc_ensure = True
    c.KubeSpawner.storage_capacity = f"{int(server['storageGib'] * 1024)}Mi"
    c.KubeSpawner.storage_access_modes = ["ReadWriteOnce"]
    if place["storageClass"]:
        c.KubeSpawner.storage_class = place["storageClass"]
    volumes = [{"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}}]
    mounts = [{"name": "home", "mountPath": place["homePath"]}]
    if place["sharedClaim"]:
        volumes.append({"name": "shared", "persistentVolumeClaim": {"claimName": place["sharedClaim"]}})
        shared = {"name": "shared", "mountPath": f"{place['homePath']}/shared", "subPath": "shared"}
        material = {"name": "shared", "mountPath": f"{place['homePath']}/material", "subPath": "material"}
        mounts += [shared, {**material, "readOnly": True}]

        def _teachers_write(spawner, pod):
            """Only teachers write to the folder with the course's material."""
            if spawner.user.name in config["teachers"]:
                for mount in pod.spec.containers[0].volume_mounts:
                    if mount.sub_path == "material":
                        mount.read_only = False
            return pod

        c.KubeSpawner.modify_pod_hook = _teachers_write
    if server["gpus"]:
        # Frameworks hand data between processes there; the 64 MiB that containers have by themselves are too little.
        volumes.append({"name": "shm", "emptyDir": {"medium": "Memory"}})
        mounts.append({"name": "shm", "mountPath": "/dev/shm"})
    c.KubeSpawner.volumes = volumes
    c.KubeSpawner.volume_mounts = mounts
