/** Calendar days as `YYYY-MM-DD` text: sums and Chinese labels. Pure. */

const DAY_MS = 24 * 60 * 60 * 1000

const parts = (day: string): number[] => day.split('-').map(Number)

/** Days count from 1970 as if every day had 24 hours, so no time zone can move them. */
function toMs(day: string): number {
  const [year, month, date] = parts(day)
  return Date.UTC(year, month - 1, date)
}

export function addDays(day: string, count: number): string {
  return new Date(toMs(day) + count * DAY_MS).toISOString().slice(0, 10)
}

/** Whole days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((toMs(to) - toMs(from)) / DAY_MS)
}

export const laterOf = (one: string, other: string): string => (one > other ? one : other)

/** `2027年5月20日` */
export function longLabel(day: string): string {
  const [year, month, date] = parts(day)
  return `${year}年${month}月${date}日`
}

/** `5月20日` */
export const shortLabel = (day: string): string => longLabel(day).slice(5)

/**
 * `3月1日—3月7日`; years stand unless both days lie in `year`. Both ends included, `null` is no end.
 */
export function rangeLabel(from: string, to: string | null, year = from.slice(0, 4)): string {
  const isNear = (day: string): boolean => day.slice(0, 4) === year
  const label = isNear(from) && isNear(to ?? from) ? shortLabel : longLabel
  if (to === null) return `${label(from)}起`
  return from === to ? label(from) : `${label(from)}—${label(to)}`
}
