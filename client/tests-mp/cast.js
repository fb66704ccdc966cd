// The people and places the tests speak of: answers of the API, as small as they may be.

const pregnancy = {
  id: 'prg_1',
  state: 'ongoing',
  edd_day: '2027-06-03',
  gestation: '12周+3天',
  dating_source: '末次月经',
}

const me = {
  person: { id: 'per_1', name: '小雨', phone_tail: null, role: 'mother' },
  hospital: { name: '县妇幼', phone: '0319-1', emergency_phone: '0319-2', address: '西街' },
  pregnancy,
  consents: [
    { purpose: 'handbook', title: '手册', text: '告知', version: 'v1', given: true, given_at: null },
    { purpose: 'messages', title: '提醒', text: '告知', version: 'v2', given: false, given_at: null },
    { purpose: 'child_record', title: '孩子', text: '告知', version: 'v3', given: false, given_at: null },
  ],
  children: [],
}

const STANDINGS = { past: null, open: 'window_open', coming: 'due' }

const item = (key, status, care) => ({
  key,
  name: `检查${key}`,
  from_day: '2026-11-12',
  to_day: '2026-11-29',
  when: '11周+0天～13周+6天',
  status,
  reason: '因为',
  what: '看',
  preparation: null,
  source: '《某指南》',
  needs_review: true,
  care,
  appointment_id: null,
  need: 'required',
  only_for: '',
  standing: STANDINGS[status],
  standing_reason: '现在可以做',
  reported_day: null,
  confirmed_day: null,
  record_id: null,
  may_report: status === 'open',
})

const ongoing = {
  state: 'ongoing',
  pregnancy,
  page: null,
  note: '',
  weight: null,
  items: [item('甲', 'past', null), item('乙', 'coming', null), item('丙', 'open', 'antenatal')],
}

const none = { state: 'none', pregnancy: null, items: [], page: null, note: '', weight: null }

const ended = {
  state: 'ended',
  pregnancy: null,
  items: [],
  note: '',
  weight: null,
  page: { title: '我们都记着你', text: '不用回答任何问题', phone: '0319-3' },
}

const slot = (id, time, free) => ({
  id,
  time,
  free,
  starts_at: `2030-01-07T${time}:00+08:00`,
  clinic: '产科',
  room: '3诊室',
  clinic_id: 'cln_1',
  doctor: null,
  remote_free: null,
})

const slots = {
  care: 'antenatal',
  days: [
    {
      day: '2030-01-07',
      weekday: '一',
      label: '1月7日',
      free: 2,
      slots: [slot('slt_full', '08:00', 0), slot('slt_free', '08:30', 2)],
    },
  ],
}

const keptDay = {
  day: '2030-01-08', weekday: '二', label: '1月8日', free: 1, slots: [slot('slt_kept', '10:00', 1)],
}

const rescue = {
  appointment_id: 'apt_9', care_name: '产前检查', patient: null, lost_when: '1月5日 08:30',
  when: '1月6日 08:30', clinic: '产科', room: '3诊室', doctor: null,
  expires_at: '2030-01-04T10:00:00+08:00', sentence: '为您留到 1月4日 10:00。',
}

const counts = { care: 'antenatal', days: [{ day: '2030-01-07', free: 2 }] }

const cares = { items: [{ key: 'antenatal', name: '产前检查', about: '常规' }] }

const appointment = {
  id: 'apt_1',
  number: 'A017',
  state: 'booked',
  state_name: '已预约',
  care: 'antenatal',
  care_name: '产前检查',
  clinic_id: 'cln_1',
  clinic: '产科',
  room: '3诊室',
  place: '二楼',
  starts_at: '2030-01-07T08:30:00+08:00',
  ends_at: '2030-01-07T09:00:00+08:00',
  when: '1月7日 周一 08:30',
  preparation: '带手册',
  may_cancel: true,
  cancel_until: '1月6日 11:00',
  expires_at: null,
  child_id: null,
  course_id: null,
  is_remote: false,
  patient: null,
  doctor: null,
  moved_to: null,
  may_check_in: false,
  queue: null,
}

const held = { ...appointment, state: 'held', state_name: '为您保留中', may_cancel: false, expires_at: '2099-01-07T08:15:00+08:00' }

const waits = {
  id: 'wai_1',
  state: 'waiting',
  care_name: '产前检查',
  clinic_id: 'cln_1',
  clinic: '产科',
  patient: null,
  from_day: '2030-01-07',
  to_day: '2030-01-07',
  half_day: 'any',
  position: 2,
  closes: '就诊前一天 23:00 停止候补',
  offer: null,
}

const offered = {
  ...waits,
  state: 'offered',
  offer: { appointment_id: 'apt_1', when: '1月7日 周一 08:30', expires_at: held.expires_at, until: '1月6日 10:15' },
}

const proposal = (key, placed) => ({
  item_key: key,
  name: `检查${key}`,
  from_day: '2030-01-01',
  to_day: '2030-01-20',
  slot: placed ? slot(`slt_${key}`, '08:30', 2) : null,
  when: placed ? '1月7日 周一 08:30' : null,
  why_not: placed ? null : 'not_released',
  sentence: placed ? null : '还没有放号',
  also: [],
})

const missed = {
  counted: 1,
  limit: 3,
  closed_until: null,
  sentence: '6个月内有 1 次约了没来。',
  items: [
    {
      appointment_id: 'apt_9',
      when: '1月2日 周三 08:30',
      care_name: '产前检查',
      counts: true,
      excuse: null,
      appeal: 'none',
      may_excuse: true,
      may_appeal: true,
      sentence: '这次没有来',
    },
  ],
}

const present = { ...missed, counted: 0, items: [] }

const article = {
  id: 'art_1',
  title: '孕吐怎么办',
  summary: '少量多餐',
  body_html: '<p>慢慢吃</p>',
  author: '王敏',
  author_title: '主任医师',
  reviewer: '李兰',
  reviewed_day: '2026-08-30',
  sources: ['《某共识》'],
  published_day: '2026-09-01',
}

const cards = { items: [{ ...article, stage: '孕早期' }], next: null }

const line = {
  id: 'chd_1',
  name: '小满',
  sex: 'female',
  birth_day: '2026-06-20',
  birth_rank: 1,
  age: '5个月2天',
  state: 'living',
}

const stand = (key, standing, more = {}) => ({
  key,
  item_key: `chd_1:${key}`,
  name: `项目${key}`,
  kind: 'visit',
  standing,
  standing_reason: '按出生日推算',
  from_day: '2026-11-01',
  to_day: '2026-12-20',
  when: '满5个月',
  source: '《某规范》',
  needs_review: false,
  care: 'child',
  appointment_id: null,
  reported_day: null,
  confirmed_day: null,
  record_id: null,
  may_report: true,
  dose: null,
  ...more,
})

const dose = stand('dose:DTaP:1', 'window_open', {
  name: '百白破第1剂',
  kind: 'dose',
  to_day: null,
  care: 'vaccination',
  dose: { vaccine: 'DTaP', number: 1 },
})

const child = {
  ...line,
  gestation_at_birth: '34+2',
  weight_g: 2100,
  corrected: { age: '3个月23天', is_in_use: true, sentence: '宝宝早产，看发育用矫正年龄。' },
  groups: [
    { key: 'now', items: [dose] },
    { key: 'overdue', items: ['子', '丑', '寅', '卯'].map((key) => stand(key, 'overdue')) },
    { key: 'missed', items: [stand('辰', 'missed_cannot_be_made_up')] },
  ],
  next_doses: [dose],
  latest: [{ kind: 'weight', name: '体重', value: 6.6, unit: '公斤', day: '2026-11-10' }],
}

const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 343 320"><title>体重</title></svg>'

const growth = {
  kind: 'weight',
  name: '体重',
  unit: '公斤',
  points: [
    { id: 'mea_1', record_id: 'mea_1', day: '2026-11-10', age: '4个月21天', value: 6.6, z: 0.6, percentile: 74, note: null, posture: null },
  ],
  words: '体重在第74百分位',
  svg,
  usual_posture: 'lying',
}

const unplanned = { state: 'none', since_day: null, items: [] }

const planned = {
  state: 'planning',
  since_day: '2026-11-22',
  items: [
    {
      key: 'folic_acid',
      name: '每天吃叶酸',
      when: '怀孕前3个月到孕12周+6天',
      what: '每天一次',
      why: '减少神经管畸形',
      preparation: null,
      source: '《某指南》',
      needs_review: true,
      need: 'required',
    },
  ],
}

const signs = {
  checklist: {
    key: 'signs_3m',
    name: '3月龄',
    signs: ['对很大声音没有反应', '俯卧时不会抬头'],
    advice: '只是提醒，不是诊断。',
    source: '《某规范》',
    needs_review: false,
    is_corrected: true,
  },
  next: { name: '6月龄', from_day: '2027-01-30' },
  care: 'child',
}

const weight = {
  points: [{ id: 'mea_2', record_id: 'mea_2', day: '2026-11-05', gestation: '17周+4天', value: 58.1, gained: 3.6 }],
  build: { height_cm: 162, weight_before_kg: 54.5, age_years: 29 },
  band: { name: '孕前体重正常', least: 2.1, most: 5.1, total_least: 8, total_most: 14 },
  words: '在参考范围之内',
  source: 'WS/T 801',
  svg,
}

const fact = (key, label, value, text) => ({ key, label, value, text })

const copyOfMine = {
  hospital: '县妇幼',
  phone: '0319-1',
  made_at: '2026-11-22T10:00:00+08:00',
  made_day: '2026年11月22日',
  parts: [
    {
      key: 'pregnancy',
      title: '孕期',
      rows: [[fact('id', '编号', 'prg_1', ''), fact('due_day', '预产期', '2027-06-03', '2027年6月3日')]],
    },
  ],
  left_out: ['到病案室申请'],
}

const leaving = { erased: ['您自己填写的记录'], kept: ['病历至少保存15年'] }

const coming = (what) => ({
  kind: 'appointment',
  kind_name: '预约提醒',
  day: '2030-01-06',
  when: '1月6日 周日 18:00',
  what,
  text: '您明天有预约',
  why_now: '来得及准备',
})

const kind = (key, name) => ({ kind: key, name, about: '说这些', is_wanted: true })

const reminders = {
  is_agreed: true,
  kinds: [kind('appointment', '预约提醒'), kind('child_care', '儿保与接种提醒')],
  pause: null,
  heard: [
    {
      child_id: 'chd_1',
      child: '小满',
      people: [
        { who: '妈妈', is_me: true, hears: true },
        { who: '爸爸', is_me: false, hears: false },
      ],
      sentence: '只发给打开了提醒的人',
    },
  ],
  coming: ['一', '二', '三', '四', '五', '六'].map(coming),
  said: [
    {
      letter_id: 'ltr_1',
      kind: 'appointment',
      kind_name: '预约提醒',
      when: '1月5日 18:00',
      channel: '公众号通知',
      outcome: '已送达',
      lines: ['产前检查', '带手册'],
    },
  ],
}

const reason = {
  reminder_id: 'rem_1',
  kind: 'care_window',
  kind_name: '产检提醒',
  name: '检查甲',
  why_now: '从今天开始',
  anchor: '按末次月经推算',
  source: '《某指南》',
  rule_source: '我们的建议',
  changes: [],
  edition: '通用版',
  is_wanted: true,
  is_hushed: false,
  may_hush: true,
  report: { item_key: '甲', name: '检查甲', child_id: null, dose: null },
  book: { appointment_id: null, care: 'antenatal', item_key: '甲' },
}

const letter = {
  letter_id: 'ltr_1',
  when: '1月5日 18:00',
  channel: '公众号通知',
  lines: ['产前检查', '带手册'],
  reviewed: '由李兰审核',
  reasons: [reason],
}

const refusal = (code, message) => ({ code, message, details: {} })

/** Answers by `METHOD /path`; a function is asked with the call. */
const answers = (table) => (call) => {
  const found = table[`${call.method} ${call.path.split('?')[0]}`]
  return typeof found === 'function' ? found(call) : found
}

const day = {
  'GET /me': [200, me],
  'GET /timeline': [200, ongoing],
  'GET /care': [200, cares],
  'GET /slots': [200, slots],
  'GET /days': [200, counts],
  'GET /clinics': [200, { items: [{ id: 'cln_1', name: '产科', room: '3诊室', care: 'antenatal' }] }],
  'GET /waiting': [200, { items: [] }],
  'GET /draws': [200, { items: [] }],
  'GET /rescues': [200, { items: [] }],
  'GET /kept-slots': [200, { care: 'antenatal', days: [] }],
  'GET /attendance': [200, present],
  'GET /course/proposal': [200, { items: [proposal('甲', true), proposal('乙', true), proposal('丁', false)] }],
  'GET /appointments/apt_1': [200, appointment],
  'GET /appointments/apt_1/check-in-code': [200, { code: '1001-0123456789', svg, day: '2030-01-07' }],
  'POST /holds': [201, held],
  'POST /appointments/apt_1/confirm': [200, appointment],
  'GET /appointments': [200, { items: [appointment] }],
  'GET /articles': [200, cards],
  'GET /articles/art_1': [200, article],
  'POST /appointments': [201, appointment],
  'GET /pregnancies/weight': [200, weight],
  'GET /children/chd_1': [200, child],
  'GET /children/chd_1/growth': [200, growth],
  'GET /children/chd_1/signs': [200, signs],
  'GET /planning': [200, unplanned],
  'GET /me/handbook-claim': [200, { state: null }],
  'GET /me/copy': [200, copyOfMine],
  'GET /me/leaving': [200, leaving],
  'GET /reminders': [200, reminders],
  'GET /reminders/templates': [200, { items: [] }],
  'GET /letters/ltr_1': [200, letter],
}

/** A day of a family with one child. */
const family = { ...day, 'GET /me': [200, { ...me, children: [line] }] }

module.exports = {
  answers,
  appointment,
  child,
  day,
  dose,
  ended,
  family,
  held,
  item,
  keptDay,
  letter,
  line,
  me,
  missed,
  none,
  offered,
  planned,
  ongoing,
  reason,
  refusal,
  reminders,
  rescue,
  slots,
  waits,
  weight,
}
