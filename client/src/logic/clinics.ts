/** A day's places by the clinic they belong to. Pure. */

import type { Slot } from '@/types'

interface ClinicPlaces {
  key: string
  clinic: string
  room: string
  slots: Slot[]
}

/** Clinics in the order of their first place; two clinics of one name are told apart by the room. */
export function byClinic(slots: Slot[]): ClinicPlaces[] {
  const groups = new Map<string, ClinicPlaces>()
  for (const slot of slots) {
    const key = `${slot.clinic}|${slot.room}`
    const group = groups.get(key) ?? { key, clinic: slot.clinic, room: slot.room, slots: [] }
    group.slots.push(slot)
    groups.set(key, group)
  }
  return [...groups.values()]
}
