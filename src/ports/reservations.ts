import type { ExpectedUsage } from "../domain/expected-usage.ts";
import type { UsagePeriod } from "../domain/usage-period.ts";

/** What an accepted hub takes of the cluster while it exists. */
export type HubReservation = { hubId: string; period: UsagePeriod; usage: ExpectedUsage };

/** What is promised of the cluster. */
export interface Reservations {
  /**
   * Accepted hubs that stay until their end date and whose usage period shares a day with this span. Those that are
   * removed or marked for degradation reserve nothing.
   * @param exceptHubId a hub to leave out; null for none
   */
  during(span: UsagePeriod, exceptHubId: string | null): Promise<HubReservation[]>;
}
