import assert from "node:assert/strict";
import { HttpMethod, IsomorphicFetchHttpLibrary, RequestContext } from "@kubernetes/client-node";
import { closeConnections, loadCluster } from "../../../src/adapters/kubernetes/api/connect.ts";
import { type AppliedKind, objectPath } from "../../../src/adapters/kubernetes/kinds.ts";

/** Changes an object as `kubectl edit` would: by merge patch, as another field manager. */
export async function editByHand(
  kubeconfig: string,
  kind: AppliedKind,
  name: string,
  namespace: string | undefined,
  patch: Record<string, unknown>,
): Promise<void> {
  const config = loadCluster({ kubeconfig });
  const server = config.getCurrentCluster()?.server ?? "";
  const context = new RequestContext(server + objectPath(kind, name, namespace), HttpMethod.PATCH);
  context.setQueryParam("fieldManager", "kubectl-edit");
  context.setHeaderParam("Content-Type", "application/merge-patch+json");
  context.setBody(JSON.stringify(patch));
  await config.applySecurityAuthentication(context);
  const answer = await new IsomorphicFetchHttpLibrary().send(context).toPromise();
  assert.equal(answer.httpStatusCode, 200, await answer.body.text());
  await closeConnections(config);
}
