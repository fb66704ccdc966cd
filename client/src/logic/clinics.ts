/** A day's places by the clinic they belong to. Pure. */

import type { Slot } from '@/types'

interface ClinicPlaces {
  key: string
  id: string
  clinic: string
  room: string
  slots: Slot[]
}

/** Clinics in the order of their rooms, the same every day; those of one name have two rooms. */
export function byClinic(slots: Slot[]): ClinicPlaces[] {
  const groups = new Map<string, ClinicPlaces>()
  for (const slot of slots) {
    const key = `${slot.room}|${slot.clinic}`
    const group = groups.get(key) ?? { key, id: slot.clinic_id, clinic: slot.clinic, room: slot.room, slots: [] }
    group.slots.push(slot)
    groups.set(key, group)
  }
  return [...groups.values()].sort((one, other) => (one.key < other.key ? -1 : 1))
}
