/** A refusal by an endpoint that programs call, as OAuth answers it. */
export class OAuthFault extends Error {
  readonly status: number;
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, status = 400) {
    super(code);
    this.name = "OAuthFault";
    this.code = code;
    this.status = status;
  }
}

export type OAuthErrorCode = keyof typeof sentences;

/** One sentence for each error code of RFC 6749, OpenID Connect Core and RFC 6750. */
export const sentences = {
  invalid_request: "The request is otherwise malformed",
  invalid_client: "The client is unknown, or its secret is missing or wrong",
  invalid_grant: "The code or refresh token is unknown, expired, used, revoked, or was given to someone else",
  invalid_scope: "The scope is unknown, or is more than was granted",
  unsupported_grant_type: "This grant type is not supported",
  unsupported_response_type: "This response type is not supported",
  request_not_supported: "The request parameter is not supported",
  login_required: "The person has to sign in first",
  consent_required: "The person has to agree first",
  invalid_token: "The access token is unknown, expired or revoked",
  insufficient_scope: "The access token does not have the scope that this needs",
} as const;
