import { z } from "zod";

/** What the portal reads of Authentik's answers, over all supported versions. Everything else is dropped. */

export const groupAnswer = z.object({
  pk: z.string(),
  name: z.string(),
  is_superuser: z.boolean().optional(),
  /** Until 2025.10. */
  parent: z.string().nullish(),
  /** From 2025.12. */
  parents: z.array(z.string()).nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});
export type GroupAnswer = z.infer<typeof groupAnswer>;

export const userAnswer = z.object({
  pk: z.number(),
  uuid: z.string(),
  username: z.string(),
  name: z.string(),
  email: z.string().nullish(),
  is_active: z.boolean(),
  type: z.string().nullish(),
  groups_obj: z.array(z.object({ name: z.string() })).nullish(),
});
export type UserAnswer = z.infer<typeof userAnswer>;

export const selfAnswer = z.object({
  user: z.object({
    pk: z.number(),
    username: z.string(),
    is_superuser: z.boolean(),
    groups: z.array(z.object({ name: z.string() })),
  }),
});

export const applicationAnswer = z.object({
  pk: z.string(),
  name: z.string(),
  slug: z.string(),
  provider: z.number().nullish(),
  group: z.string().nullish(),
  meta_launch_url: z.string().nullish(),
  meta_icon: z.string().nullish(),
  meta_description: z.string().nullish(),
  meta_publisher: z.string().nullish(),
  policy_engine_mode: z.string().nullish(),
});
export type ApplicationAnswer = z.infer<typeof applicationAnswer>;

export const bindingAnswer = z.object({
  pk: z.string(),
  target: z.string(),
  group: z.string().nullish(),
  user: z.number().nullish(),
  policy: z.string().nullish(),
  enabled: z.boolean().nullish(),
  negate: z.boolean().nullish(),
  failure_result: z.boolean().nullish(),
});
export type BindingAnswer = z.infer<typeof bindingAnswer>;

export const providerAnswer = z.object({
  pk: z.number(),
  name: z.string(),
  client_type: z.string().nullish(),
  client_id: z.string().nullish(),
  /** Not in every future version (facts: authentik §1). */
  client_secret: z.string().nullish(),
  /** From 2026.5. */
  grant_types: z.array(z.string()).nullish(),
  signing_key: z.string().nullish(),
  encryption_key: z.string().nullish(),
  redirect_uris: z.array(
    z.object({ matching_mode: z.string(), url: z.string(), redirect_uri_type: z.string().nullish() }),
  ),
  property_mappings: z.array(z.string()).nullish(),
  sub_mode: z.string().nullish(),
  issuer_mode: z.string().nullish(),
  include_claims_in_id_token: z.boolean().nullish(),
  access_code_validity: z.string().nullish(),
  access_token_validity: z.string().nullish(),
});
export type ProviderAnswer = z.infer<typeof providerAnswer>;

export const flowAnswer = z.object({ pk: z.string(), slug: z.string() });

export const scopeMappingAnswer = z.object({ pk: z.string(), managed: z.string().nullish(), scope_name: z.string() });

export const keyPairAnswer = z.object({
  pk: z.string(),
  name: z.string(),
  managed: z.string().nullish(),
  private_key_available: z.boolean(),
  /** Until 2025.10. */
  private_key_type: z.string().nullish(),
  /** From 2025.12. */
  key_type: z.string().nullish(),
});
export type KeyPairAnswer = z.infer<typeof keyPairAnswer>;

export const tokenAnswer = z.object({ pk: z.number() });

export const versionAnswer = z.object({ version_current: z.string() });
