import type { Outcome, ParticipationDecision } from "./decide-participation.ts";

const namesAtMost = 10;

/**
 * What became of a selection, in words: how many are decided, who was not, and why.
 * @param outcomes in order of application, at least one decided
 */
export function tellOutcomes(decision: ParticipationDecision, outcomes: readonly Outcome[]): string {
  const of = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result);
  const decided = of("decided");
  const noSeat = of("no-seat");
  const sentences = [
    `${decided.length} ${decided.length === 1 ? "person is" : "people are"} ${decision}: ${names(decided)}.`,
  ];
  if (noSeat.length > 0) sentences.push(`All seats are taken now, so these keep waiting: ${names(noSeat)}.`);
  for (const [status, words] of Object.entries(reasons)) {
    const left = of("impossible").filter(({ participation }) => participation.status === status);
    if (left.length > 0) sentences.push(`Not changed, because ${words}: ${names(left)}.`);
  }
  return sentences.join(" ");
}

const reasons = {
  applied: "they wait for a decision and have no access to end",
  accepted: "they are accepted",
  rejected: "they are rejected",
  withdrawn: "they have withdrawn",
  removed: "they are removed",
} as const;

function names(outcomes: readonly Outcome[]): string {
  const all = outcomes.map(({ person }) => person.name);
  const shown = all.length <= namesAtMost + 1 ? all : all.slice(0, namesAtMost);
  const more = all.length - shown.length;
  return more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${more} more`;
}
