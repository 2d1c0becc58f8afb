import { HttpMethod, IsomorphicFetchHttpLibrary, RequestContext } from "@kubernetes/client-node";
import { closeConnections, loadCluster } from "../../../src/adapters/kubernetes/api/connect.ts";

export type RawAnswer = { status: number; text: string; body: Record<string, unknown> };

/** One request as it is, past everything of ours. `body` is empty when the answer is no JSON object. */
export async function rawCall(
  kubeconfig: string,
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  given: { body?: unknown; contentType?: string; accept?: string } = {},
): Promise<RawAnswer> {
  const config = loadCluster({ kubeconfig });
  const context = new RequestContext((config.getCurrentCluster()?.server ?? "") + path, HttpMethod[method]);
  if (given.accept !== undefined) context.setHeaderParam("Accept", given.accept);
  if (given.body !== undefined) {
    context.setHeaderParam("Content-Type", given.contentType ?? "application/json");
    context.setBody(JSON.stringify(given.body));
  }
  await config.applySecurityAuthentication(context);
  const answer = await new IsomorphicFetchHttpLibrary().send(context).toPromise();
  const text = await answer.body.text();
  await closeConnections(config);
  return { status: answer.httpStatusCode, text, body: objectIn(text) };
}

function objectIn(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
