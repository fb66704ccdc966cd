/** From the server's timeline to what the home page shows. Pure. */

import type { TimelineItem } from '@/types'

interface ItemGroup {
  status: TimelineItem['status']
  title: string
  items: TimelineItem[]
}

/** Length of the progress bar: a due date is 40 full weeks after the last period began. */
const BAR_DAYS = 40 * 7

const TITLES: [TimelineItem['status'], string][] = [
  ['open', '现在该做'],
  ['coming', '接下来'],
  ['past', '已过'],
]

/** What is due now, then what comes, then what is over (the latest first); empty groups left out. */
export function groupItems(items: TimelineItem[]): ItemGroup[] {
  const groups = TITLES.map(([status, title]) => ({
    status,
    title,
    items: items.filter((item) => item.status === status),
  }))
  groups.find((group) => group.status === 'past')?.items.reverse()
  return groups.filter((group) => group.items.length > 0)
}

/** Share of the 40 weeks gone by, 0 to 100; 0 when the text is not read, e.g. `12周+3天` gives 31. */
export function progressPercent(gestation: string): number {
  const found = /(\d+)\s*周(?:\s*\+\s*(\d+))?/.exec(gestation)
  if (!found) return 0
  const days = Number(found[1]) * 7 + Number(found[2] ?? 0)
  return Math.min(100, Math.round((days / BAR_DAYS) * 100))
}

/** Is this day inside the item's days? Both ends included. */
export function isWithin(item: TimelineItem, day: string): boolean {
  return item.from_day <= day && day <= item.to_day
}
