/** Where an appointment is in its life. Pure. */

import type { Appointment } from '@/types'

const LIVE: readonly Appointment['state'][] = ['held', 'booked', 'checked_in', 'called']

/** It keeps her time: she is expected, waits, or is called. */
export const isLive = ({ state }: Appointment): boolean => LIVE.includes(state)
