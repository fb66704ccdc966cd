/** A calendar page of some weeks, each from Monday. Pure. */

import { addDays, daysBetween } from '@/logic/days'

const MONDAY = '1970-01-05'
const WEEKDAYS = '一二三四五六日'

/** 0 is Monday. */
const weekdayOf = (day: string): number => (((daysBetween(MONDAY, day) % 7) + 7) % 7)

export const weekdayLabel = (day: string): string => `周${WEEKDAYS[weekdayOf(day)]}`

/** The days of all weeks in which so many days from `day` lie, each week from Monday. */
export function weeksWith(day: string, count: number): string[] {
  const before = weekdayOf(day)
  const weeks = Math.ceil((before + count) / 7)
  return Array.from({ length: weeks * 7 }, (_, place) => addDays(day, place - before))
}

/** `6月1` where a month begins or the page does, else only the number. */
export function cellLabel(day: string, isFirst: boolean): string {
  const [, month, date] = day.split('-').map(Number)
  return isFirst || date === 1 ? `${month}月${date}` : String(date)
}

/** `14:05` for seconds that are left. */
export const leftLabel = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
