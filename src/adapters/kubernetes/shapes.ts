import { z } from "zod";

/** The fields of live objects that are looked at; everything else is left alone. */

const condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(""),
  message: z.string().default(""),
  lastTransitionTime: z.string().nullish(),
});
export type Condition = z.infer<typeof condition>;

const conditions = z.array(condition).default([]);

export const namespaceShape = z.looseObject({
  status: z
    .looseObject({ phase: z.string().default("Active"), conditions })
    .default({ phase: "Active", conditions: [] }),
});

export const deploymentShape = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z
        .looseObject({ annotations: z.record(z.string(), z.string()).default({}) })
        .default({ annotations: {} }),
    }),
  }),
  status: z
    .looseObject({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      conditions,
    })
    .default({ observedGeneration: 0, replicas: 0, updatedReplicas: 0, availableReplicas: 0, conditions: [] }),
});
export type Deployment = z.infer<typeof deploymentShape>;

const terminated = z.looseObject({
  reason: z.string().default(""),
  message: z.string().default(""),
  exitCode: z.number().default(0),
});
const containerStatus = z.looseObject({
  name: z.string(),
  image: z.string().default(""),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: z
    .looseObject({
      waiting: z.looseObject({ reason: z.string().default(""), message: z.string().default("") }).optional(),
      terminated: terminated.optional(),
    })
    .default({}),
  lastState: z.looseObject({ terminated: terminated.optional() }).default({}),
});
export type ContainerStatus = z.infer<typeof containerStatus>;

export const podShape = z.looseObject({
  metadata: z.looseObject({ name: z.string(), deletionTimestamp: z.string().optional() }),
  spec: z.looseObject({ nodeName: z.string().optional() }).default({}),
  status: z
    .looseObject({
      phase: z.string().default("Pending"),
      conditions,
      containerStatuses: z.array(containerStatus).default([]),
      initContainerStatuses: z.array(containerStatus).default([]),
    })
    .default({ phase: "Pending", conditions: [], containerStatuses: [], initContainerStatuses: [] }),
});
export type Pod = z.infer<typeof podShape>;

export const eventShape = z.looseObject({
  reason: z.string().default(""),
  message: z.string().default(""),
  involvedObject: z.looseObject({ kind: z.string().default(""), name: z.string().default("") }),
});
export type KubeEvent = z.infer<typeof eventShape>;

export const claimShape = z.looseObject({
  spec: z.looseObject({
    resources: z.looseObject({ requests: z.looseObject({ storage: z.string() }) }),
  }),
});
