/** An appointment in the phone's own calendar. */

import * as api from '@/api'
import { say } from '@/use/talk'
import type { Appointment } from '@/types'

/** Others read a calendar too: it says when and where, but neither who comes nor what for. */
export function keepInCalendar(appointment: Appointment): void {
  // #ifdef H5
  window.location.href = api.calendarAddress(appointment.id)
  // #endif
  // #ifdef MP-WEIXIN
  const seconds = (moment: string): number => Math.floor(Date.parse(moment) / 1000)
  wx.addPhoneCalendar({
    title: '到医院就诊',
    startTime: seconds(appointment.starts_at),
    endTime: String(seconds(appointment.ends_at)),
    location: appointment.place,
    description: `预约号 ${appointment.number}\n${appointment.preparation ?? ''}`,
    alarm: true,
    alarmOffset: 24 * 60 * 60,
    success: () => say('已加到日历'),
    // She may say no to her phone's own question; that is no error.
    fail: () => undefined,
  })
  // #endif
}
