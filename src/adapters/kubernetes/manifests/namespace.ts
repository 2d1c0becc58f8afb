import { apiVersionOf, type Manifest } from "../kinds.ts";
import { annotationKeys, namespaceOf } from "../names.ts";
import { type Making, ownLabels } from "./common.ts";

/** The hub's namespace, with the Pod Security Standard that everything in it must meet. */
export function namespaceManifest({ spec, platform }: Making): Manifest {
  const level = platform.podSecurity;
  return {
    apiVersion: apiVersionOf("Namespace"),
    kind: "Namespace",
    metadata: {
      name: namespaceOf(spec, platform),
      labels: {
        ...ownLabels(spec.id),
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/warn": level,
      },
      annotations: { [annotationKeys.slug]: spec.slug, [annotationKeys.name]: spec.name },
    },
  };
}
