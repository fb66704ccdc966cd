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
  ],
}

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
})

const ongoing = {
  state: 'ongoing',
  pregnancy,
  page: null,
  items: [item('甲', 'past', null), item('乙', 'coming', null), item('丙', 'open', 'antenatal')],
}

const none = { state: 'none', pregnancy: null, items: [], page: null }

const ended = {
  state: 'ended',
  pregnancy: null,
  items: [],
  page: { title: '我们都记着你', text: '不用回答任何问题', phone: '0319-3' },
}

const slot = (id, time, free) => ({
  id,
  time,
  free,
  starts_at: `2030-01-07T${time}:00+08:00`,
  clinic: '产科',
  room: '3诊室',
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

const cares = { items: [{ key: 'antenatal', name: '产前检查', about: '常规' }] }

const appointment = {
  id: 'apt_1',
  number: 'A017',
  state: 'booked',
  care: 'antenatal',
  care_name: '产前检查',
  clinic: '产科',
  room: '3诊室',
  place: '二楼',
  starts_at: '2030-01-07T08:30:00+08:00',
  when: '1月7日 周一 08:30',
  preparation: '带手册',
  may_cancel: true,
}

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
  'GET /appointments': [200, { items: [appointment] }],
  'GET /articles': [200, cards],
  'GET /articles/art_1': [200, article],
  'POST /appointments': [201, appointment],
}

module.exports = { answers, appointment, day, ended, me, none, ongoing, refusal }
