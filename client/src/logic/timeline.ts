/** From the server's timeline to what the home page shows. Pure. */

import { daysBetween } from '@/logic/days'
import type { CareItem, TimelineItem } from '@/types'

type GroupKey = 'now' | 'overdue' | 'next' | 'maybe' | 'past' | 'done'

interface ItemGroup {
  key: GroupKey
  title: string
  lead: string
  folded: boolean
  items: TimelineItem[]
}

/** Length of the progress bar: a due date is 40 full weeks after the last period began. */
const BAR_DAYS = 40 * 7

export const LATE =
  '做过的，点“我已经做过”记下来；没做的，预约补上或打电话问医院。'

const GROUPS: Omit<ItemGroup, 'items'>[] = [
  { key: 'now', title: '现在该做', lead: '', folded: false },
  { key: 'overdue', title: '过了时间，还没有记录', lead: LATE, folded: false },
  { key: 'next', title: '接下来', lead: '', folded: false },
  { key: 'maybe', title: '医生安排才做', lead: '', folded: true },
  { key: 'past', title: '已过', lead: '', folded: true },
  { key: 'done', title: '做过的', lead: '', folded: true },
]

/** What a doctor orders for some is nobody's duty until it is booked or done. */
const isMaybe = (item: TimelineItem): boolean =>
  item.need === 'indicated' && !item.appointment_id && item.status !== 'past'

function groupOf(item: TimelineItem): GroupKey {
  if (item.standing === 'done') return 'done'
  if (item.standing === 'overdue') return 'overdue'
  if (isMaybe(item)) return 'maybe'
  if (item.status === 'open') return 'now'
  return item.status === 'coming' ? 'next' : 'past'
}

/** What closes first stands first; of equals the shorter window, which leaves less choice. */
function byUrgency(one: TimelineItem, other: TimelineItem): number {
  const sooner = daysBetween(other.to_day, one.to_day)
  const length = (item: TimelineItem): number => daysBetween(item.from_day, item.to_day)
  return sooner || length(one) - length(other)
}

/** Items in the order of need; what is over has the latest in front; empty groups are left out. */
export function groupItems(items: TimelineItem[]): ItemGroup[] {
  const groups = GROUPS.map((group) => ({
    ...group,
    items: items.filter((item) => groupOf(item) === group.key),
  }))
  for (const group of groups) {
    if (group.key === 'now') group.items.sort(byUrgency)
    if (group.key === 'past' || group.key === 'done') group.items.reverse()
  }
  return groups.filter((group) => group.items.length > 0)
}

/** Share of the 40 weeks gone by, 0 to 100; 0 when the text is not read, e.g. `12周+3天` gives 31. */
export function progressPercent(gestation: string): number {
  const found = /(\d+)\s*周(?:\s*\+\s*(\d+))?/.exec(gestation)
  if (!found) return 0
  const days = Number(found[1]) * 7 + Number(found[2] ?? 0)
  return Math.min(100, Math.round((days / BAR_DAYS) * 100))
}

/** Is this day inside the item's days? Both ends included; no last day is no end. */
export function isWithin(item: Pick<CareItem, 'from_day' | 'to_day'>, day: string): boolean {
  return item.from_day <= day && (item.to_day === null || day <= item.to_day)
}
