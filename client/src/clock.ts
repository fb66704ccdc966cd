/** The one place that reads the clock; the hospital's own clock is the one that counts. */

const BEIJING_MS = 8 * 60 * 60 * 1000

let aheadMs = 0

/** Take the moment an answer was given as the hospital's present: a phone's clock may be wrong. */
export function learnClock(moment: unknown): void {
  const told = typeof moment === 'string' ? Date.parse(moment) : NaN
  if (!Number.isNaN(told)) aheadMs = told - Date.now()
}

/** Today's date in Beijing, whatever zone the phone is set to. */
export function todayInBeijing(): string {
  return new Date(Date.now() + aheadMs + BEIJING_MS).toISOString().slice(0, 10)
}

/** Seconds from now, by the hospital's clock, until a moment; 0 when it has passed. */
export function secondsUntil(moment: string): number {
  return Math.max(0, Math.ceil((Date.parse(moment) - Date.now() - aheadMs) / 1000))
}
