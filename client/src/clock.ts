/** The one place that reads the clock. */

const BEIJING_MS = 8 * 60 * 60 * 1000

/** Today's date in Beijing, whatever zone the phone is set to. */
export function todayInBeijing(): string {
  return new Date(Date.now() + BEIJING_MS).toISOString().slice(0, 10)
}
