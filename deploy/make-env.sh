#!/bin/sh
# Makes new secrets: deploy/.env for deploy/compose.yaml, and the same as settings of the portal in deploy/portal.env,
# for a portal that runs outside of it. Never overwrites one: that would lock Authentik out of its own database.
#   sh deploy/make-env.sh [address of the portal] [address of Authentik]
set -eu
umask 077
cd "$(dirname "$0")"
if [ -e .env ]; then
  echo "deploy/.env is there already; it is left as it is." >&2
  exit 1
fi

portal=${1:-http://localhost:3000}
authentik=${2:-http://localhost:9000}
portal=${portal%/}
authentik=${authentik%/}
host=${authentik#*://}
host=${host%%[:/]*}
random() {
  # Letters and digits only, so that no program has to quote them.
  LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c "$1"
}

api_token=$(random 60)
client_id=$(random 40)
client_secret=$(random 100)
webhook_secret=$(random 60)

cat >.env <<END
JHAAS_PORTAL_URL=$portal
JHAAS_AUTHENTIK_URL=$authentik
JHAAS_AUTHENTIK_HOST=$host
# Hubs live at https://<slug>.<this domain>/.
JHAAS_HUB_DOMAIN=
# Path to the kubeconfig of the cluster, such as /etc/rancher/k3s/k3s.yaml.
JHAAS_KUBECONFIG=./kubeconfig.yaml

AUTHENTIK_ADMIN_PASSWORD=$(random 24)
AUTHENTIK_ADMIN_EMAIL=admin@example.org
AUTHENTIK_SECRET_KEY=$(random 60)
AUTHENTIK_DB_PASSWORD=$(random 40)

JHAAS_API_TOKEN=$api_token
JHAAS_CLIENT_ID=$client_id
JHAAS_CLIENT_SECRET=$client_secret
JHAAS_WEBHOOK_SECRET=$webhook_secret
JHAAS_SECRET_KEY=$(random 64)
END
cat >portal.env <<END
PUBLIC_URL=$portal
AUTHENTIK_URL=$authentik
AUTHENTIK_TOKEN=$api_token
OIDC_CLIENT_ID=$client_id
OIDC_CLIENT_SECRET=$client_secret
AUTHENTIK_WEBHOOK_SECRET=$webhook_secret
END
echo "deploy/.env and deploy/portal.env are made. The password of akadmin is in the first."
