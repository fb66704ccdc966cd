/** Every call the client makes. A refusal arrives as an `ApiError` with the server's sentence. */

import { ApiError, SIGN_IN_NEEDED, request, type Call } from '@/net/request'
import { session } from '@/net/session'
import type {
  Appointment,
  Article,
  ArticlePage,
  Care,
  Child,
  ChildLine,
  Consent,
  CurveKind,
  DatingSource,
  Growth,
  Me,
  NewChild,
  Pregnancy,
  Purpose,
  Reading,
  Signs,
  SlotDays,
  Stand,
  Timeline,
  Weight,
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

export const decide = (
  consent: Consent,
  decision: 'give' | 'withdraw',
): Promise<{ purpose: Purpose; given: boolean }> =>
  post('/consents', { purpose: consent.purpose, version: consent.version, decision })

export const readDating = (text: string): Promise<Reading> => post('/datings/reading', { text })
export const openHandbook = (source: DatingSource, day: string): Promise<Pregnancy> =>
  post('/pregnancies', { source, day })
export const timeline = (): Promise<Timeline> => ask('/timeline')

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
export const reportStand = (id: string, stand: Stand, done: Done): Promise<unknown> =>
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
): Promise<unknown> => post(`${ofChild(id)}/measurements`, { kind, value, day })
export const signs = (id: string): Promise<Signs> => ask(`${ofChild(id)}/signs`)

export const cares = (): Promise<{ items: Care[] }> => ask('/care')
export const slots = (care: string, fromDay: string, days: number): Promise<SlotDays> =>
  ask(`/slots?care=${part(care)}&from_day=${fromDay}&days=${days}`)
export const book = (slotId: string, itemKey: string | null, key: string): Promise<Appointment> =>
  post('/appointments', { slot_id: slotId, item_key: itemKey }, { 'Idempotency-Key': key })
export const appointments = (): Promise<{ items: Appointment[] }> => ask('/appointments')
export const cancel = (id: string): Promise<Appointment> => post(`/appointments/${part(id)}/cancel`)

export const articles = (query: string, cursor: string): Promise<ArticlePage> =>
  ask(`/articles?query=${part(query)}&cursor=${part(cursor)}`)
export const article = (id: string): Promise<Article> => ask(`/articles/${part(id)}`)
