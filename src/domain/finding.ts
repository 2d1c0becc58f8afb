/** One thing that was looked at in the surroundings of the portal. */
export type Finding = {
  /** False stops the portal from working; a warning does not. */
  ok: boolean | "warning";
  /** What was found, as one sentence. */
  what: string;
  /** What to do about it; null when there is nothing to do. */
  advice: string | null;
};

export const good = (what: string): Finding => ({ ok: true, what, advice: null });
export const doubtful = (what: string, advice: string): Finding => ({ ok: "warning", what, advice });
export const wrong = (what: string, advice: string): Finding => ({ ok: false, what, advice });
