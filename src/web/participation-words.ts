import type { Hub } from "../domain/hub.ts";
import { isSettled } from "../domain/participation.ts";
import type { ParticipationView } from "../usecases/participants/show-participations.ts";
import type { Format } from "./format.ts";
import type { TagWords } from "./words.ts";

/** What a place on the waiting list means to the participant. */
export function describePlace(place: number, full: boolean): string {
  const why = full ? "All seats are taken" : "More people have applied than there are seats";
  return `${why}; you are on the waiting list, place ${place}.`;
}

/** Since when a hub is over, and what becomes of the files on it. */
function describeEnd(hub: Hub, format: Format): string {
  const endedAt = hub.removedAt ?? hub.degradeRequestedAt;
  const over = `This hub is over since ${endedAt === null ? format.date(hub.period.end) : format.day(endedAt)}.`;
  if (hub.dataErasedAt !== null) return `${over} The files on it are erased.`;
  return hub.eraseDataAt === null ? over : `${over} The files on it are erased on ${format.day(hub.eraseDataAt)}.`;
}

/** What a participation means to the participant now: a tag and a sentence. */
export function describeParticipation(row: ParticipationView, format: Format): { tag: TagWords; sentence: string } {
  const { hub, phase, participation } = row;
  const gone = phase === "removed" || phase === "removing" || phase === "cancelled" || phase === "declined";
  if (gone) {
    const cancelled = phase === "cancelled" || phase === "declined";
    return {
      tag: { label: cancelled ? "Cancelled" : "Over", tone: "calm" },
      sentence: cancelled ? "This hub was cancelled and will not take place." : describeEnd(hub, format),
    };
  }
  switch (participation.status) {
    case "applied":
      return {
        tag: { label: row.place === null ? "Waiting for the teacher" : "On the waiting list", tone: "wait" },
        sentence: row.place === null ? "The teacher has not decided yet." : describePlace(row.place, row.full),
      };
    case "rejected":
      return { tag: { label: "Rejected", tone: "bad" }, sentence: "The teacher has rejected your application." };
    case "withdrawn":
      return { tag: { label: "Withdrawn", tone: "calm" }, sentence: "You have withdrawn." };
    case "removed":
      return { tag: { label: "Access ended", tone: "calm" }, sentence: "The teacher has ended your access." };
    case "accepted":
      break;
  }
  if (phase === "deployed" && isSettled(participation)) {
    return { tag: { label: "Open", tone: "good" }, sentence: `Open until ${format.date(hub.period.end)}.` };
  }
  if (phase === "scheduled") {
    const sentence = `You are accepted. The hub opens on ${format.date(hub.period.start)}.`;
    return { tag: { label: "Accepted", tone: "good" }, sentence };
  }
  if (phase !== "deployed" && hub.deployedAt !== null) {
    const sentence = "The hub is being updated and can be opened again in a moment.";
    return { tag: { label: "Being updated", tone: "busy", moving: true }, sentence };
  }
  const sentence = phase === "deployed" ? "Your access is being set up." : "You are accepted. The hub is being set up.";
  return { tag: { label: "Being set up", tone: "busy", moving: true }, sentence };
}
