/** Who sits on the seats of a hub, and who waits for one. The hub's staff and accounts that have ended need none. */
export interface Seats {
  /** How many seats are taken by people who are accepted. */
  taken(hubId: string): Promise<number>;
  /** When the newest of the applications that wait was made; null when none waits. */
  newestWaiting(hubId: string): Promise<Date | null>;
  /** Ids of the applications that wait for a seat, in order of application. */
  waiting(hubId: string): Promise<string[]>;
}
