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

/** One value of hers; `text` is empty when it says nothing to a person. */
export interface CopyFact {
  key: string
  label: string
  value: string | number | boolean | null
  text: string
}

export interface CopyPart {
  key: string
  title: string
  rows: CopyFact[][]
}

export interface CopyOfMine {
  hospital: string
  phone: string
  made_at: string
  made_day: string
  parts: CopyPart[]
  left_out: string[]
}

export interface Leaving {
  erased: string[]
  kept: string[]
}

export interface Left {
  keeps_record: boolean
  sentence: string
}

export type Sex = 'female' | 'male'
export type GuardianKind = 'mother' | 'father' | 'grandparent' | 'other'

export interface ChildLine {
  id: string
  name: string | null
  sex: Sex | null
  birth_day: string
  birth_rank: number
  age: string
  state: 'living' | 'moved_away'
}

export interface Me {
  person: Person
  hospital: Hospital
  pregnancy: Pregnancy | null
  consents: Consent[]
  children: ChildLine[]
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

export type Standing =
  | 'due'
  | 'window_open'
  | 'booked'
  | 'done'
  | 'overdue'
  | 'missed_cannot_be_made_up'

/** What a mother's timeline and a child's list have in common; `key` is what a booking names. */
export interface CareItem {
  key: string
  name: string
  from_day: string
  to_day: string | null
  when: string
  source: string
  needs_review: boolean
  care: string | null
  appointment_id: string | null
  /** `null`: over, and missed by nobody. */
  standing: Standing | null
  standing_reason: string | null
  reported_day: string | null
  confirmed_day: string | null
  /** Of a report that she may take back. */
  record_id: string | null
  may_report: boolean
}

export interface TimelineItem extends CareItem {
  to_day: string
  status: 'past' | 'open' | 'coming'
  reason: string
  what: string
  preparation: string | null
  need: 'required' | 'offered' | 'indicated'
  only_for: string
}

export interface Stand extends CareItem {
  item_key: string
  kind: 'visit' | 'dose' | 'checklist' | 'plan'
  standing: Standing
  dose: { vaccine: string; number: number } | null
}

/** Any of them, as a card shows it. */
export type ShownItem = CareItem &
  Partial<Omit<TimelineItem, keyof CareItem>> &
  Partial<Omit<Stand, keyof CareItem>>

/** What to do before a pregnancy: it has a time in words, and no day. */
export interface Advice {
  key: string
  name: string
  when: string
  what: string
  why: string
  preparation: string | null
  source: string
  needs_review: boolean
  need: 'required' | 'offered' | 'indicated'
}

export interface Planning {
  state: 'none' | 'planning'
  since_day: string | null
  items: Advice[]
}

export type ClaimState = 'waiting' | 'linked' | 'declined' | 'not_found'

export interface LinkCode {
  code: string
  minutes: number
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
  /** Stands above the items; empty when there is nothing to say. */
  note: string
  weight: { value: number; day: string } | null
}

export interface StandGroup {
  key: 'now' | 'overdue' | 'next' | 'missed' | 'done'
  items: Stand[]
}

export interface Child extends ChildLine {
  gestation_at_birth: string | null
  weight_g: number | null
  corrected: { age: string; is_in_use: boolean; sentence: string } | null
  groups: StandGroup[]
  next_doses: Stand[]
  latest: { kind: CurveKind; name: string; value: number; unit: string; day: string }[]
}

export interface NewChild {
  birth_day: string
  kind: GuardianKind
  rank?: number
  sex?: Sex
  name?: string
  gestation_at_birth?: string
  weight_g?: number
}

export type CurveKind = 'weight' | 'length' | 'head' | 'bmi'

export interface GrowthPoint {
  id: string | null
  record_id: string | null
  day: string
  age: string
  value: number
  z: number | null
  percentile: number | null
  note: string | null
  posture: Posture | null
}

/** How a child's length was taken. */
export type Posture = 'lying' | 'standing'

export interface Growth {
  kind: CurveKind
  name: string
  unit: string
  points: GrowthPoint[]
  words: string
  svg: string | null
  usual_posture: Posture
}

export interface Signs {
  checklist: {
    key: string
    name: string
    signs: string[]
    advice: string
    source: string
    needs_review: boolean
    is_corrected: boolean
  } | null
  next: { name: string; from_day: string } | null
  care: string
}

export interface WeightPoint {
  id: string
  record_id: string | null
  day: string
  gestation: string
  value: number
  gained: number | null
}

export interface Weight {
  points: WeightPoint[]
  build: { height_cm: number; weight_before_kg: number; age_years: number } | null
  band: {
    name: string
    least: number
    most: number
    total_least: number
    total_most: number
  } | null
  words: string
  source: string | null
  svg: string | null
}

export interface Care {
  key: string
  name: string
  about: string
}

export interface Clinic {
  id: string
  name: string
  room: string
  care: string
}

export interface DayCounts {
  care: string
  days: { day: string; free: number }[]
}

export interface Slot {
  id: string
  time: string
  starts_at: string
  free: number
  clinic: string
  room: string
  clinic_id: string
  doctor: string | null
  /** Seats of a class that is also shown on-line; null where it is not. */
  remote_free: number | null
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

export interface BookingWish {
  slot_id: string
  item_key: string | null
  child_id: string | null
  /** A place that is kept for her, or a seat of a class on-line. */
  share?: 'protected' | 'remote'
}

/** Her entry in a release by draw; the sentence says when it is drawn, or what came of it. */
export interface DrawAsked {
  id: string
  clinic: string
  care_name: string
  patient: string | null
  times: string[]
  outcome: 'won' | 'none_left' | 'refused' | 'no_longer' | null
  appointment_id: string | null
  sentence: string
}

/** A place that is held for her because her session was closed. */
export interface Rescue {
  appointment_id: string
  care_name: string
  patient: string | null
  lost_when: string
  when: string
  clinic: string
  room: string
  doctor: string | null
  expires_at: string
  sentence: string
}

export type RescueAnswer = 'accept' | 'give-back'

export interface Appointment {
  id: string
  number: string
  state:
    | 'held'
    | 'booked'
    | 'checked_in'
    | 'called'
    | 'seen'
    | 'left'
    | 'cancelled'
    | 'cancelled_by_clinic'
    | 'no_show'
    | 'moved'
    | 'expired'
  state_name: string
  care: string
  care_name: string
  clinic_id: string
  clinic: string
  room: string
  place: string
  starts_at: string
  ends_at: string
  when: string
  preparation: string | null
  may_cancel: boolean
  cancel_until: string | null
  expires_at: string | null
  child_id: string | null
  course_id: string | null
  /** She takes part on-line; the preparation says how. */
  is_remote: boolean
}

export interface AppointmentPage extends Appointment {
  patient: string | null
  doctor: string | null
  moved_to: string | null
  may_check_in: boolean
  queue: { number: number; before_you: number; is_called: boolean } | null
}

export interface CheckInCode {
  code: string
  svg: string
  day: string
}

export type HalfDay = 'any' | 'morning' | 'afternoon'
export type OfferAnswer = 'take' | 'refuse' | 'leave'

export interface WaitWish {
  clinic_id: string
  from_day: string
  to_day: string
  half_day: HalfDay
  item_key: string | null
  child_id: string | null
}

export interface Waiting {
  id: string
  state: 'waiting' | 'offered'
  care_name: string
  clinic_id: string
  clinic: string
  patient: string | null
  from_day: string
  to_day: string
  half_day: HalfDay
  position: number
  closes: string
  offer: { appointment_id: string; when: string; expires_at: string; until: string } | null
}

export interface WhyNot {
  when: string
  freed_at: string
  outcome: string
  sentence: string
}

export interface Proposal {
  item_key: string
  name: string
  from_day: string
  to_day: string
  slot: Slot | null
  when: string | null
  why_not: 'no_clinic' | 'not_released' | 'full' | null
  sentence: string | null
  also: string[]
}

export type Excuse = 'in_labour' | 'in_hospital' | 'child_fever'

export interface Missed {
  appointment_id: string
  when: string
  care_name: string
  counts: boolean
  excuse: Excuse | null
  appeal: 'none' | 'asked' | 'upheld' | 'dismissed'
  may_excuse: boolean
  may_appeal: boolean
  sentence: string
}

export interface Attendance {
  counted: number
  limit: number
  closed_until: string | null
  sentence: string
  items: Missed[]
}

export type ReminderKind =
  | 'appointment'
  | 'care_window'
  | 'child_care'
  | 'after_visit'
  | 'stage_letter'

export interface Coming {
  kind: ReminderKind
  kind_name: string
  day: string
  when: string
  what: string
  text: string
  why_now: string
}

export interface SaidLetter {
  letter_id: string
  kind: ReminderKind
  kind_name: string
  when: string
  channel: string
  outcome: string
  lines: string[]
}

export interface Reminders {
  is_agreed: boolean
  kinds: { kind: ReminderKind; name: string; about: string; is_wanted: boolean }[]
  pause: { since_day: string; until_day: string | null } | null
  heard: {
    child_id: string
    child: string
    people: { who: string; is_me: boolean; hears: boolean }[]
    sentence: string
  }[]
  coming: Coming[]
  said: SaidLetter[]
}

/** One reason for a message, and what she may do about it now. */
export interface Reason {
  reminder_id: string
  kind: ReminderKind
  kind_name: string
  name: string
  why_now: string
  anchor: string
  source: string
  rule_source: string
  changes: string[]
  edition: string
  is_wanted: boolean
  is_hushed: boolean
  may_hush: boolean
  report: { item_key: string; name: string; child_id: string | null; dose: Stand['dose'] } | null
  book: { appointment_id: string | null; care: string | null; item_key: string | null } | null
}

export interface Letter {
  letter_id: string
  when: string
  channel: string
  lines: string[]
  reviewed: string
  reasons: Reason[]
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
