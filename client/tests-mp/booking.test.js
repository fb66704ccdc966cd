const {
  answers, appointment, day, ended, held, keptDay, missed, offered, ongoing, refusal, rescue, slots, waits,
} = require('./cast')
const { open } = require('./stage')

const BOOKING = 'pages/booking/index'
const posts = (seen) => seen.calls.filter(({ method }) => method === 'POST')
const keys = (seen) => posts(seen).map(({ header }) => header['Idempotency-Key'])

async function chooseFreePlace({ tap }) {
  await tap('08:30')
  await tap('下一步')
}

test('a free place is held, and booked when she says yes, each with a key of its own', async () => {
  const stage = await open(BOOKING, { answer: answers(day) })

  await chooseFreePlace(stage)
  expect(stage.screen.textContent).toContain('为您保留')
  await stage.tap('确认预约')

  const [hold, confirm] = posts(stage.seen)
  expect(hold.path).toBe('/holds')
  expect(hold.body).toEqual({ slot_id: 'slt_free', item_key: null, child_id: null })
  expect(confirm.path).toBe('/appointments/apt_1/confirm')
  expect(new Set(keys(stage.seen)).size).toBe(2)
  expect(hold.header['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/)
  expect(hold.header['X-Yunyu']).toBe('1')
  expect(stage.seen.went).toEqual(['/pages/booking/done?id=apt_1&fresh=1'])
})

test('a held place that she does not want is free again', async () => {
  const table = { ...day, 'POST /appointments/apt_1/cancel': [200, { ...appointment, state: 'cancelled' }] }
  const stage = await open(BOOKING, { answer: answers(table) })

  await chooseFreePlace(stage)
  await stage.tap('再想想')

  expect(posts(stage.seen).map(({ path }) => path)).toEqual(['/holds', '/appointments/apt_1/cancel'])
})

test('a full place cannot be picked', async () => {
  const { screen, seen, tap } = await open(BOOKING, { answer: answers(day) })

  await tap('08:00')

  expect(screen.textContent).toContain('约满')
  expect(screen.textContent).not.toContain('下一步')
  expect(posts(seen)).toEqual([])
})

test('the item she came for is named, and booked with the place', async () => {
  const query = { care: 'antenatal', item: '丙' }
  const stage = await open(BOOKING, { answer: answers(day), query })

  await chooseFreePlace(stage)

  expect(stage.screen.textContent).toContain('为「检查丙」预约')
  expect(stage.screen.textContent).toContain('不在建议时间内')
  expect(posts(stage.seen)[0].body).toEqual({ slot_id: 'slt_free', item_key: '丙', child_id: null })
})

test('a reason that has gone is not named when the page is seen again', async () => {
  const timelines = [ongoing, ended]
  const table = { ...day, 'GET /timeline': () => [200, timelines.shift()] }
  const query = { care: 'antenatal', item: '丙' }
  const { component, screen, settle } = await open(BOOKING, { answer: answers(table), query })

  const before = screen.textContent
  component.instance.onShow()
  await settle()

  expect(before).toContain('为「检查丙」预约')
  expect(screen.textContent).not.toContain('检查丙')
})

test('a lost answer is asked for again with the same key', async () => {
  const replies = [null, [201, held]]
  const table = { ...day, 'POST /holds': () => replies.shift() }
  const stage = await open(BOOKING, { answer: answers(table) })

  await chooseFreePlace(stage)

  expect(keys(stage.seen)).toHaveLength(2)
  expect(new Set(keys(stage.seen)).size).toBe(1)
  expect(stage.screen.textContent).toContain('为您保留')
})

test('the key outlives a dead network until somebody answers', async () => {
  const replies = [null, null, [201, held]]
  const table = { ...day, 'POST /holds': () => replies.shift() }
  const stage = await open(BOOKING, { answer: answers(table) })

  await chooseFreePlace(stage)
  await stage.tap('下一步')

  expect(keys(stage.seen)).toHaveLength(3)
  expect(new Set(keys(stage.seen)).size).toBe(1)
})

test('a refusal is told in the words of the server, and the next attempt has a new key', async () => {
  const full = [409, refusal('booking.slot_full', '这个时间刚刚被约满')]
  const replies = [full, [201, held]]
  const table = { ...day, 'POST /holds': () => replies.shift() }
  const stage = await open(BOOKING, { answer: answers(table) })

  await chooseFreePlace(stage)
  await chooseFreePlace(stage)

  expect(stage.seen.modals[0].content).toBe('这个时间刚刚被约满')
  expect(new Set(keys(stage.seen)).size).toBe(2)
})

test('a full day is waited for', async () => {
  const [only] = slots.days
  const full = { ...slots, days: [{ ...only, free: 0, slots: only.slots.map((one) => ({ ...one, free: 0 })) }] }
  const table = { ...day, 'GET /slots': [200, full], 'POST /waiting': [201, waits] }
  const stage = await open(BOOKING, { answer: answers(table) })

  await stage.tap('候补这一天')

  expect(posts(stage.seen)[0].body).toMatchObject({ clinic_id: 'cln_1', from_day: '2030-01-07', to_day: '2030-01-07' })
  expect(stage.seen.went).toEqual(['/pages/booking/waiting'])
})

test('an appointment shows its check-in code and until when it can be moved', async () => {
  const { screen } = await open('pages/booking/done', { answer: answers(day), query: { id: 'apt_1', fresh: '1' } })

  expect(screen.textContent).toContain('预约成功')
  expect(screen.textContent).toContain('1001-0123456789')
  expect(screen.textContent).toContain('1月6日 11:00 前')
})

test('an appointment is moved in one act', async () => {
  const table = { ...day, 'POST /appointments/apt_1/move': [200, { ...appointment, id: 'apt_2' }] }
  const stage = await open('pages/booking/move', { answer: answers(table), query: { id: 'apt_1' } })

  await stage.tap('余 2')
  await stage.tap('改到这里')

  expect(posts(stage.seen)[0].body).toEqual({ slot_id: 'slt_free' })
  expect(stage.seen.went).toEqual(['/pages/booking/done?id=apt_2&fresh=1'])
})

test('who waits sees her place in line, and an offer is taken', async () => {
  const lists = [waits, offered]
  const table = {
    ...day,
    'GET /waiting': () => [200, { items: [lists.length > 1 ? lists.shift() : lists[0]] }],
    'POST /waiting/wai_1/take': [200, appointment],
  }
  const stage = await open('pages/booking/waiting', { answer: answers(table) })

  const before = stage.screen.textContent
  stage.component.instance.onShow()
  await stage.settle()
  await stage.tap('要这个号')

  expect(before).toContain('前面还有 1 位')
  expect(posts(stage.seen)[0].path).toBe('/waiting/wai_1/take')
  expect(stage.seen.went).toEqual(['/pages/booking/done?id=apt_1&fresh=1'])
})

test('a course is booked in one act, without what she leaves out', async () => {
  const table = { ...day, 'POST /course': [201, { items: [appointment] }] }
  const stage = await open('pages/booking/course', { answer: answers(table) })

  await stage.tap('检查乙')
  await stage.tap('一起预约')

  expect(stage.screen.textContent).toContain('还没有放号')
  expect(posts(stage.seen)[0].body).toEqual({ picks: [{ item_key: '甲', slot_id: 'slt_甲' }] })
})

test('a missed visit is excused with one tap', async () => {
  const table = { ...day, 'GET /attendance': [200, missed], 'POST /missed/apt_9/excuse': [200, missed] }
  const stage = await open(BOOKING, { answer: answers(table) })

  await stage.tap('我的预约')
  await stage.tap('孩子发热')

  expect(posts(stage.seen)[0].body).toEqual({ reason: 'child_fever' })
})

test('while a release is drawn her wish is noted, and she is told when it is drawn', async () => {
  const sentence = '登记成功，1月1日 06:40 抽签揭晓。'
  const table = {
    ...day,
    'POST /holds': [409, refusal('booking.being_drawn', '正在登记')],
    'POST /draws': [201, { id: 'drw_1', sentence }],
  }
  const stage = await open(BOOKING, { answer: answers(table) })

  await chooseFreePlace(stage)

  expect(posts(stage.seen).map(({ path }) => path)).toEqual(['/holds', '/draws'])
  expect(posts(stage.seen)[1].body).toEqual({ slot_id: 'slt_free', item_key: null, child_id: null })
  expect(stage.seen.modals.map(({ content }) => content)).toEqual([sentence])
})

test('a place that is kept for her is booked as such', async () => {
  const kept = { ...day, 'GET /kept-slots': [200, { care: 'antenatal', days: [keptDay] }] }
  const stage = await open(BOOKING, { answer: answers(kept), query: { care: 'antenatal', item: '丙' } })

  await stage.tap('10:00')
  await stage.tap('下一步')

  expect(stage.screen.textContent).toContain('为您留的号')
  expect(posts(stage.seen)[0].body).toEqual({
    slot_id: 'slt_kept', item_key: '丙', child_id: null, share: 'protected',
  })
})

test.each([
  ['就这个时间', '/rescues/apt_9/accept'],
  ['不去了', '/rescues/apt_9/give-back'],
])('to a place held after a closure she says: %s', async (tapped, path) => {
  const table = { ...day, 'GET /rescues': [200, { items: [rescue] }], [`POST ${path}`]: [200, appointment] }
  const stage = await open(BOOKING, { answer: answers(table) })

  await stage.tap('我的预约')
  expect(stage.screen.textContent).toContain('停诊改期')
  await stage.tap(tapped)

  expect(posts(stage.seen).map((call) => call.path)).toEqual([path])
})

test('another time than the one held is chosen, and taken in its place', async () => {
  const table = { ...day, 'POST /rescues/apt_1/choose': [200, appointment] }
  const stage = await open('pages/booking/move', { answer: answers(table), query: { id: 'apt_1', instead: '1' } })

  await stage.tap('08:30')
  await stage.tap('改到这里')

  expect(posts(stage.seen).map(({ path, body }) => [path, body])).toEqual([
    ['/rescues/apt_1/choose', { slot_id: 'slt_free' }],
  ])
})

test('who won nothing is told why not', async () => {
  const lost = {
    id: 'drw_1', clinic: '产科', care_name: '产前检查', patient: null, times: ['1月7日 08:30'],
    outcome: 'none_left', appointment_id: null, sentence: '没有抽到：您排第 3 位。',
  }
  const stage = await open(BOOKING, { answer: answers({ ...day, 'GET /draws': [200, { items: [lost] }] }) })

  await stage.tap('我的预约')

  expect(stage.screen.textContent).toContain('您排第 3 位')
})
