/** Acts of booking, safe against a lost answer. */

import { answered, keyFor } from '@/logic/attempt'
import { ApiError } from '@/net/request'

/** Nobody said yes or no to it. */
export const isOpen = (error: unknown): boolean => error instanceof ApiError && error.isOpen

/** The places are being drawn for: nobody books, everybody may ask. */
export const isDrawn = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'booking.being_drawn'

/** Ask, and ask once more with the same key if nobody answered; the key lives until somebody does. */
export async function act<T>(wish: string, ask: (key: string) => Promise<T>): Promise<T> {
  const key = keyFor(wish)
  try {
    const answer = await ask(key).catch((error) => (isOpen(error) ? ask(key) : Promise.reject(error)))
    answered(wish)
    return answer
  } catch (error) {
    if (!isOpen(error)) answered(wish)
    throw error
  }
}
