import { Unavailable } from "../../domain/errors.ts";

/** What is known of a call that failed; never the token. */
export type FaultFacts = {
  /** HTTP status; null when there was no answer. */
  status: number | null;
  method: string;
  /** Path below `/api/v3`, without the query. */
  path: string;
  /** Authentik's id of the request (`X-authentik-id`), by which its log can be searched. */
  requestId: string | null;
  transient: boolean;
};

/** Authentik did not do what was asked. */
export class AuthentikFault extends Unavailable {
  readonly status: number | null;
  readonly method: string;
  readonly path: string;
  readonly requestId: string | null;

  constructor(sentence: string, facts: FaultFacts) {
    super(sentence, { transient: facts.transient });
    this.status = facts.status;
    this.method = facts.method;
    this.path = facts.path;
    this.requestId = facts.requestId;
  }
}

/** True for a fault with one of these statuses. */
export function hasStatus(error: unknown, ...statuses: number[]): error is AuthentikFault {
  return error instanceof AuthentikFault && error.status !== null && statuses.includes(error.status);
}

/** True when a thing may have been made although the call failed: no answer, or a fault at Authentik's end. */
export function mayHaveHappened(error: unknown): error is AuthentikFault {
  return error instanceof AuthentikFault && (error.status === null || error.status >= 500);
}

/** Something that the portal made went away by itself; trying again from the first step makes it anew. */
export function goneMeanwhile(sentence: string): Unavailable {
  return new Unavailable(sentence, { transient: true });
}

/** Something that only a person can put right; trying again does not help. */
export function needsPerson(sentence: string): Unavailable {
  return new Unavailable(sentence, { transient: false });
}
