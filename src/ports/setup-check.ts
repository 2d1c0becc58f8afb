import type { Finding } from "../domain/finding.ts";

/** Looks whether something that the portal needs is set up as it has to be. Changes nothing there. */
export interface SetupCheck {
  /** What is looked at, as a heading. */
  readonly name: string;
  /** Findings in the order in which to mend them; none of them holds a secret. Throws nothing that is expected to happen. */
  examine(): Promise<Finding[]>;
}
