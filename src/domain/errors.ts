/**
 * The few ways in which an act can fail. Each carries a sentence that may be shown to the person who acted;
 * nothing else of an error is ever shown. The web layer maps the class to a status and a page.
 */
export abstract class ActError extends Error {
  /** What the person may read: what happened, and what to do about it. */
  readonly sentence: string;

  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = new.target.name;
    this.sentence = sentence;
  }
}

/** The thing does not exist, or the person must not learn that it does. */
export class NotFound extends ActError {
  constructor(
    sentence = "This page does not exist, or you have no access to it. Check the address, or ask whoever gave it to you.",
  ) {
    super(sentence);
  }
}

/** The person is known, the thing is known to them, but the act is not theirs. */
export class Forbidden extends ActError {
  constructor(sentence = "You may not do this.") {
    super(sentence);
  }
}

/** The act came too late or twice: the thing is no longer in the state the act needs. */
export class Conflict extends ActError {}

/** A system outside the portal did not do what was asked. */
export class Unavailable extends ActError {
  /** True when trying again later may help without anybody doing anything. */
  readonly transient: boolean;

  constructor(sentence: string, options: ErrorOptions & { transient?: boolean } = {}) {
    super(sentence, options);
    this.transient = options.transient ?? true;
  }
}

/** One fault of what was typed: the field it belongs to and what to do. */
export type FieldFault = { field: string; message: string };

/** What was typed breaks rules; nothing was changed. */
export class Invalid extends ActError {
  readonly faults: readonly FieldFault[];

  constructor(faults: readonly FieldFault[]) {
    super(faults[0]?.message ?? "Check what you entered.");
    this.faults = faults;
  }
}
