// Times in the seed are relative to the sandbox's start, so that a backup of "last night"
// is one, whenever somebody looks.

const DAY = 86_400_000;

/** @param now milliseconds; @returns ISO times `days` before (after, if negative), at `hour` UTC */
export function timesFrom(now) {
  const midnight = Math.floor(now / DAY) * DAY;
  const at = (days, hour, minute) => new Date(midnight - days * DAY + hour * 3_600_000 + minute * 60_000).toISOString();
  /** An hour of today that is still to come is moved to yesterday: the past stays the past. */
  const ago = (days, hour = 9, minute = 0) =>
    days === 0 && at(0, hour, minute) > new Date(now).toISOString() ? at(1, hour, minute) : at(days, hour, minute);
  return { ago, ahead: (days, hour = 9) => at(-days, hour, 0) };
}
