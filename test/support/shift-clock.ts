/**
 * Loaded before the portal (`node --import`): its clock, and that of the stand-in within it, is CLOCK_AHEAD_DAYS ahead of
 * the machine's. It goes on from there, so that timers and sessions behave as on that day.
 */
const aheadMs = Number(process.env.CLOCK_AHEAD_DAYS) * 24 * 60 * 60 * 1000;
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...given: unknown[]) {
    // The constructor takes several shapes of arguments; only the one without any asks the clock.
    super(...((given.length === 0 ? [RealDate.now() + aheadMs] : given) as [number]));
  }
  static override now(): number {
    return RealDate.now() + aheadMs;
  }
}
// `Date()` without `new` is not used by anything here.
globalThis.Date = ShiftedDate as DateConstructor;
