/** Every call the client makes. A refusal arrives as an `ApiError` with the server's sentence. */

import { ApiError, SIGN_IN_NEEDED, request, type Call } from '@/net/request'
import { session } from '@/net/session'
import type {
  Appointment,
  AppointmentPage,
  Article,
  ArticlePage,
  Attendance,
  BookingWish,
  Care,
  CheckInCode,
  Child,
  ChildLine,
  ClaimState,
  Clinic,
  Consent,
  CopyOfMine,
  CurveKind,
  DatingSource,
  DayCounts,
  DrawAsked,
  Excuse,
  Growth,
  HalfDay,
  Leaving,
  Left,
  Letter,
  LinkCode,
  Me,
  NewChild,
  OfferAnswer,
  Planning,
  Posture,
  Pregnancy,
  Proposal,
  Purpose,
  Reading,
  ReminderKind,
  Reminders,
  Rescue,
  RescueAnswer,
  Sex,
  Signs,
  SlotDays,
  Stand,
  Timeline,
  WaitWish,
  Waiting,
  Weight,
  WhyNot,
} from '@/types'

async function once<T>(path: string, call: Call): Promise<T> {
  const answer = await request<T>(path, call, session.token())
  session.accepted()
  return answer
}

/** Ask; if the session is over, sign in and ask once more. */
async function ask<T>(path: string, call: Call = {}): Promise<T> {
  try {
    return await once<T>(path, call)
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== SIGN_IN_NEEDED) throw error
    await session.signIn()
    return once<T>(path, call)
  }
}

const post = <T>(path: string, body: object = {}, headers?: Record<string, string>): Promise<T> =>
  ask<T>(path, { method: 'POST', body, headers })

const part = encodeURIComponent

export const me = (): Promise<Me> => ask('/me')
export const saveName = (name: string): Promise<unknown> =>
  ask('/me/name', { method: 'PUT', body: { name } })
export const savePhone = (code: string): Promise<{ phone_tail: string }> =>
  post('/me/phone', { code })

/** Everything that is kept of her and her children. */
export const copyOfMine = (): Promise<CopyOfMine> => ask('/me/copy')
export const beforeLeaving = (): Promise<Leaving> => ask('/me/leaving')
export const leave = (): Promise<Left> => post('/me/leaving', { decision: 'leave' })

export const decide = (
  consent: Consent,
  decision: 'give' | 'withdraw',
): Promise<{ purpose: Purpose; given: boolean }> =>
  post('/consents', { purpose: consent.purpose, version: consent.version, decision })

export const readDating = (text: string): Promise<Reading> => post('/datings/reading', { text })
export const openHandbook = (source: DatingSource, day: string): Promise<Pregnancy> =>
  post('/pregnancies', { source, day })
export const timeline = (): Promise<Timeline> => ask('/timeline')

export const planning = (): Promise<Planning> => ask('/planning')
export const plan = (): Promise<Planning> => post('/planning')
export const endPlanning = (): Promise<Planning> => post('/planning/close')
export const claim = (): Promise<{ state: ClaimState | null }> => ask('/me/handbook-claim')
export const claimHandbook = (name: string): Promise<{ state: ClaimState }> =>
  post('/me/handbook-claim', { name })
export const linkCode = (): Promise<LinkCode> => post('/me/link-code')

/** That she says something was done; nobody else has to believe it. */
interface Done {
  day: string
  place: string
}

export const reportVisit = (key: string, done: Done): Promise<unknown> =>
  post('/pregnancies/visits', { item_key: key, ...done })
export const withdraw = (recordId: string): Promise<unknown> =>
  post(`/pregnancies/records/${part(recordId)}/withdraw`)
export const weight = (): Promise<Weight> => ask('/pregnancies/weight')
export const measureMyself = (day: string, values: Record<string, number>): Promise<unknown> =>
  post('/pregnancies/measurements', { day, values })

const ofChild = (id: string): string => `/children/${part(id)}`
export const addChild = (child: NewChild): Promise<ChildLine> => post('/children', child)
export const child = (id: string): Promise<Child> => ask(ofChild(id))
export const reportStand = (id: string, stand: Pick<Stand, 'key' | 'dose'>, done: Done): Promise<unknown> =>
  stand.dose
    ? post(`${ofChild(id)}/doses`, { ...stand.dose, ...done })
    : post(`${ofChild(id)}/visits`, { item_key: stand.key, ...done })
export const withdrawOfChild = (id: string, recordId: string): Promise<unknown> =>
  post(`${ofChild(id)}/records/${part(recordId)}/withdraw`)
export const growth = (id: string, kind: CurveKind): Promise<Growth> =>
  ask(`${ofChild(id)}/growth?kind=${kind}`)
export const measureChild = (
  id: string,
  kind: CurveKind,
  value: number,
  day: string,
  posture: Posture | null,
): Promise<unknown> => post(`${ofChild(id)}/measurements`, { kind, value, day, posture })
export const tellSex = (id: string, sex: Sex): Promise<ChildLine> =>
  post(`${ofChild(id)}/sex`, { sex })
export const signs = (id: string): Promise<Signs> => ask(`${ofChild(id)}/signs`)

export const cares = (): Promise<{ items: Care[] }> => ask('/care')
export const clinics = (): Promise<{ items: Clinic[] }> => ask('/clinics')
export const days = (care: string, fromDay: string, count: number): Promise<DayCounts> =>
  ask(`/days?care=${part(care)}&from_day=${fromDay}&days=${count}`)
export const slots = (care: string, fromDay: string, days: number): Promise<SlotDays> =>
  ask(`/slots?care=${part(care)}&from_day=${fromDay}&days=${days}`)

/** Every act of booking bears a key: the same key again is the same act. */
const act = <T>(path: string, key: string, body: object = {}): Promise<T> =>
  post<T>(path, body, { 'Idempotency-Key': key })
const ofAppointment = (id: string): string => `/appointments/${part(id)}`

export const hold = (wish: BookingWish, key: string): Promise<Appointment> => act('/holds', key, wish)
export const confirmHold = (id: string, key: string): Promise<Appointment> =>
  act(`${ofAppointment(id)}/confirm`, key)
export const cancel = (id: string, key: string): Promise<Appointment> =>
  act(`${ofAppointment(id)}/cancel`, key)
export const move = (id: string, slotId: string, key: string): Promise<Appointment> =>
  act(`${ofAppointment(id)}/move`, key, { slot_id: slotId })
export const moveRest = (id: string, key: string): Promise<{ items: { moved: boolean }[] }> =>
  act(`${ofAppointment(id)}/move-rest`, key)
export const appointments = (): Promise<{ items: AppointmentPage[] }> => ask('/appointments')
export const appointment = (id: string): Promise<AppointmentPage> => ask(ofAppointment(id))
export const checkInCode = (id: string): Promise<CheckInCode> =>
  ask(`${ofAppointment(id)}/check-in-code`)
/** A file of the calendar, for a browser that bears the cookie. */
export const calendarAddress = (id: string): string =>
  `${YUNYU_HOST}/api/v1${ofAppointment(id)}/calendar.ics`

export const keptSlots = (care: string, itemKey: string): Promise<SlotDays> =>
  ask(`/kept-slots?care=${part(care)}&item_key=${part(itemKey)}`)
export const draws = (): Promise<{ items: DrawAsked[] }> => ask('/draws')
export const askDraw = (wish: BookingWish, key: string): Promise<DrawAsked> => act('/draws', key, wish)
export const rescues = (): Promise<{ items: Rescue[] }> => ask('/rescues')
export const answerRescue = (id: string, answer: RescueAnswer, key: string): Promise<Appointment> =>
  act(`/rescues/${part(id)}/${answer}`, key)
export const chooseInstead = (id: string, slotId: string, key: string): Promise<Appointment> =>
  act(`/rescues/${part(id)}/choose`, key, { slot_id: slotId })

export const waiting = (): Promise<{ items: Waiting[] }> => ask('/waiting')
export const wait = (wish: WaitWish, key: string): Promise<Waiting> => act('/waiting', key, wish)
export const answerOffer = (id: string, answer: OfferAnswer, key: string): Promise<unknown> =>
  act(`/waiting/${part(id)}/${answer}`, key)
export const whyNotMe = (id: string): Promise<{ items: WhyNot[] }> => ask(`/waiting/${part(id)}/why`)

export const proposeCourse = (
  clinicId: string,
  weekday: number | null,
  halfDay: HalfDay,
): Promise<{ items: Proposal[] }> => {
  const wished = weekday === null ? '' : `&weekday=${weekday}`
  return ask(`/course/proposal?clinic_id=${part(clinicId)}&half_day=${halfDay}${wished}`)
}
export const bookCourse = (
  picks: { item_key: string; slot_id: string }[],
  key: string,
): Promise<{ items: Appointment[] }> => act('/course', key, { picks })

/** Free times for somebody else of the family: in a slot, just before it or after. */
export const besideSlot = (slotId: string, care: string): Promise<SlotDays> =>
  ask(`/slots/${part(slotId)}/neighbours?care=${part(care)}`)
export const bookTogether = (
  visits: { slot_id: string; child_id: string | null }[],
  key: string,
): Promise<{ items: Appointment[] }> => act('/appointments/together', key, { visits })

export const attendance = (): Promise<Attendance> => ask('/attendance')
export const excuse = (id: string, reason: Excuse, key: string): Promise<Attendance> =>
  act(`/missed/${part(id)}/excuse`, key, { reason })
export const appeal = (id: string, words: string, key: string): Promise<Attendance> =>
  act(`/missed/${part(id)}/appeal`, key, { words })

export const reminders = (): Promise<Reminders> => ask('/reminders')
export const wantKind = (kind: ReminderKind, isWanted: boolean): Promise<Reminders> =>
  ask(`/reminders/kinds/${kind}`, { method: 'PUT', body: { is_wanted: isWanted } })
export const pauseReminders = (fromDay: string, untilDay: string): Promise<Reminders> =>
  post('/reminders/pause', { from_day: fromDay, until_day: untilDay })
export const resumeReminders = (): Promise<Reminders> => post('/reminders/resume')
/** Templates to ask her for now; what she answers, the platform alone tells the hospital. */
export const templates = (): Promise<{ items: string[] }> => ask('/reminders/templates')
export const letter = (id: string): Promise<Letter> => ask(`/letters/${part(id)}`)
export const hush = (reminderId: string): Promise<unknown> =>
  post(`/reminders/${part(reminderId)}/hush`)
export const speak = (reminderId: string): Promise<unknown> =>
  post(`/reminders/${part(reminderId)}/speak`)

export const articles = (query: string, cursor: string): Promise<ArticlePage> =>
  ask(`/articles?query=${part(query)}&cursor=${part(cursor)}`)
export const article = (id: string): Promise<Article> => ask(`/articles/${part(id)}`)
