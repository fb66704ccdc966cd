/** Places of a slot, and seats of a class that is also shown on-line. Pure. */

import type { Slot } from '@/types'

export type Seat = 'online' | 'remote'

/** Somebody can still have this seat; without one named, either. */
export const hasSeat = (slot: Slot, seat?: Seat): boolean =>
  (seat !== 'remote' && slot.free > 0) || (seat !== 'online' && (slot.remote_free ?? 0) > 0)

/** How many are left, as a button says it. */
export function leftText(slot: Slot, seat?: Seat): string {
  if (!hasSeat(slot, seat)) return '约满'
  return hasSeat(slot, 'online') && seat !== 'remote' ? `余 ${slot.free}` : `线上余 ${slot.remote_free}`
}

/** On site as long as there is a place: who comes can ask. */
export const firstSeat = (slot: Slot | null): Seat => (slot && slot.free === 0 && hasSeat(slot) ? 'remote' : 'online')
