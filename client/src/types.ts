/** The shapes of `/api/v1`, word for word; the API only ever gains fields. Days are `YYYY-MM-DD`. */

export type Purpose = 'handbook' | 'child_record' | 'messages' | 'sharing'
export type DatingSource = 'last_period' | 'due_date' | 'gestation'

export interface Person {
  id: string
  name: string | null
  phone_tail: string | null
  role: 'mother' | 'caregiver'
}

export interface Hospital {
  name: string
  phone: string
  emergency_phone: string
  address: string
}

export interface Pregnancy {
  id: string
  state: 'ongoing' | 'delivered' | 'ended'
  edd_day: string
  gestation: string
  dating_source: string
}

export interface Consent {
  purpose: Purpose
  title: string
  text: string
  version: string
  given: boolean
  given_at: string | null
}

export interface Me {
  person: Person
  hospital: Hospital
  pregnancy: Pregnancy | null
  consents: Consent[]
}

export interface Reading {
  source: DatingSource
  source_label: string
  given_day: string
  last_period_day: string
  edd_day: string
  gestation: string
  sentence: string
}

export interface TimelineItem {
  key: string
  name: string
  from_day: string
  to_day: string
  when: string
  status: 'past' | 'open' | 'coming'
  reason: string
  what: string
  preparation: string | null
  source: string
  needs_review: boolean
  care: string | null
  appointment_id: string | null
}

export interface GentlePage {
  title: string
  text: string
  phone: string
}

export interface Timeline {
  state: 'none' | 'ongoing' | 'delivered' | 'ended'
  pregnancy: Pregnancy | null
  items: TimelineItem[]
  page: GentlePage | null
}

export interface Care {
  key: string
  name: string
  about: string
}

export interface Slot {
  id: string
  time: string
  starts_at: string
  free: number
  clinic: string
  room: string
}

export interface SlotDay {
  day: string
  weekday: string
  label: string
  free: number
  slots: Slot[]
}

export interface SlotDays {
  care: string
  days: SlotDay[]
}

export interface Appointment {
  id: string
  number: string
  state: 'booked' | 'cancelled'
  care: string
  care_name: string
  clinic: string
  room: string
  place: string
  starts_at: string
  when: string
  preparation: string | null
  may_cancel: boolean
}

export interface ArticleCard {
  id: string
  title: string
  summary: string
  author: string
  published_day: string
  stage: string
}

export interface ArticlePage {
  items: ArticleCard[]
  next: string | null
}

export interface Article {
  id: string
  title: string
  summary: string
  body_html: string
  author: string
  author_title: string
  reviewer: string
  reviewed_day: string
  sources: string[]
  published_day: string
}
