/** How a child's list is shown. Pure. */

import { longLabel } from '@/logic/days'
import { LATE } from '@/logic/timeline'
import type { Child, ChildLine, Stand, StandGroup } from '@/types'

interface ShownGroup extends StandGroup {
  title: string
  lead: string
  /** How many stand there before she asks for more. */
  shown: number
}

const SHAPES: Record<StandGroup['key'], { title: string; lead: string; shown: number }> = {
  now: { title: '现在该做', lead: '', shown: 20 },
  overdue: { title: '过了时间，还没有记录', lead: LATE, shown: 3 },
  next: { title: '接下来', lead: '', shown: 4 },
  missed: {
    title: '时间过了的',
    lead: '这些不再补做，后面的检查照常。有担心，请问问医生。',
    shown: 0,
  },
  done: { title: '做过的', lead: '', shown: 0 },
}

export const shownGroups = (child: Child): ShownGroup[] =>
  child.groups.map((group) => ({ ...group, ...SHAPES[group.key] }))

/** How many doses are named before the rest is only counted. */
const NAMED = 2

/** The next doses in one sentence: those that can be given now, else those of the day to come. */
export function nextDoses(child: Child, today: string): string {
  const [first] = child.next_doses
  if (!first) return ''
  const names = child.next_doses.slice(0, NAMED).map(({ name }) => name).join('、')
  const all = child.next_doses.length > NAMED ? `${names}等 ${child.next_doses.length} 种` : names
  return first.from_day <= today ? `现在可以打：${all}` : `下一次疫苗：${all}，${longLabel(first.from_day)}起`
}

/** What parents call it, else what is known of it. */
export const nameOf = (child: ChildLine): string =>
  child.name ?? (child.birth_rank > 1 ? `宝宝（第${child.birth_rank}个）` : '宝宝')

/** An item as the booking page asks for it. */
export const forBooking = (stand: Stand): Stand => ({ ...stand, key: stand.item_key })

/** Ids of children begin like this; whatever else is booked belongs to a mother's timeline. */
const CHILD_ITEM = /^(chd_[^:]+):/

/** The child whose item this is; empty when it is a mother's. */
export const childOfItem = (itemKey: string): string => CHILD_ITEM.exec(itemKey)?.[1] ?? ''

/** Weeks and days as the server reads them: `38+2`. */
export const gestationOf = (weeks: string, days: string): string => `${weeks.padStart(2, '0')}+${days || '0'}`

const OF_CHILDREN = new Set(['child', 'vaccination'])
const ALONE = new Set(['course'])

/** Care that a family may combine on one way: that of children for a child, else a mother's own. */
export const maySee = (care: string, childId: string): boolean =>
  OF_CHILDREN.has(care) === (childId !== '') && !ALONE.has(care)
