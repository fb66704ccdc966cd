/** Booking a place, safe against a lost answer. */

import * as api from '@/api'
import { answered, attemptFor } from '@/logic/attempt'
import { ApiError } from '@/net/request'
import type { Appointment } from '@/types'

/** Nobody said yes or no to it. */
export const isOpen = (error: unknown): boolean => error instanceof ApiError && error.isOpen

/** Ask, and ask once more with the same key if nobody answered; the key lives until somebody does. */
export async function bookSlot(slotId: string, itemKey: string | null): Promise<Appointment> {
  const { key } = attemptFor(slotId, itemKey)
  const ask = (): Promise<Appointment> => api.book(slotId, itemKey, key)
  try {
    const appointment = await ask().catch((error) => (isOpen(error) ? ask() : Promise.reject(error)))
    answered()
    return appointment
  } catch (error) {
    if (!isOpen(error)) answered()
    throw error
  }
}
