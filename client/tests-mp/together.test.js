const { answers, appointment, day, held, line, me, slots } = require('./cast')
const { open } = require('./stage')

const posts = (seen) => seen.calls.filter(({ method }) => method === 'POST')
const [only] = slots.days

const cares = {
  items: [
    { key: 'antenatal', name: '产前检查', about: '常规' },
    { key: 'child', name: '儿童保健', about: '体检' },
    { key: 'course', name: '孕妇学校', about: '课堂' },
  ],
}
const beside = { ...only.slots[1], id: 'slt_beside', time: '09:00', remote_free: null }
const family = {
  ...day,
  'GET /me': [200, { ...me, children: [line] }],
  'GET /care': [200, cares],
  'GET /slots/slt_free/neighbours': [200, { care: 'child', days: [{ ...only, slots: [beside] }] }],
  'POST /appointments/together': [201, { items: [appointment, { ...appointment, id: 'apt_2', child_id: line.id }] }],
}

async function chooseBoth({ tap }) {
  await tap('本人')
  await tap(line.name)
  await tap('08:30')
  await tap('09:00')
}

test('mother and child are booked one after the other in one act', async () => {
  const stage = await open('pages/booking/together', { answer: answers(family) })

  await chooseBoth(stage)
  await stage.tap('一起预约')

  const [together] = posts(stage.seen)
  expect(together.path).toBe('/appointments/together')
  expect(together.body).toEqual({
    visits: [
      { slot_id: 'slt_free', child_id: null },
      { slot_id: 'slt_beside', child_id: line.id },
    ],
  })
  expect(together.header['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/)
  expect(stage.seen.toasts).toContain('2 位都约好了')
  expect(stage.seen.defects).toEqual([])
})

test('nobody is booked before everybody has a time', async () => {
  const stage = await open('pages/booking/together', { answer: answers(family) })

  await stage.tap('本人')
  const alone = stage.screen.textContent
  await stage.tap(line.name)
  await stage.tap('08:30')

  expect(alone).not.toContain('选日子和时间')
  expect(stage.screen.textContent).toContain('再选前后的时间')
  expect(stage.screen.textContent).not.toContain('一起预约')
})

test('a class is not offered there, and care of children only for a child', async () => {
  const stage = await open('pages/booking/together', { answer: answers(family) })

  await stage.tap('本人')

  expect(stage.screen.textContent).toContain('产前检查')
  expect(stage.screen.textContent).not.toContain('儿童保健')
  expect(stage.screen.textContent).not.toContain('孕妇学校')
})

test('without a free time beside it another one is asked for', async () => {
  const table = { ...family, 'GET /slots/slt_free/neighbours': [200, { care: 'child', days: [] }] }
  const stage = await open('pages/booking/together', { answer: answers(table) })

  await stage.tap('本人')
  await stage.tap(line.name)
  await stage.tap('08:30')

  expect(stage.screen.textContent).toContain('前后一个半小时内没有号')
})

test('a family is led there from the booking page, and who comes alone is not', async () => {
  const both = await open('pages/booking/index', { answer: answers(family) })
  const alone = await open('pages/booking/index', { answer: answers(day) })

  expect(both.screen.textContent).toContain('一起约')
  expect(alone.screen.textContent).not.toContain('一起约')
})

const classOf = (free, remoteFree) => ({
  ...slots,
  days: [{ ...only, slots: [{ ...only.slots[1], free, remote_free: remoteFree }] }],
})

test.each([
  ['on site', 2, '到院听课', {}],
  ['on-line', 2, '线上听课', { share: 'remote' }],
  ['on-line when the room is full', 0, '线上听课', { share: 'remote' }],
])('a seat of a class is held %s', async (_, free, seat, share) => {
  const stage = await open('pages/booking/index', { answer: answers({ ...day, 'GET /slots': [200, classOf(free, 5)] }) })

  await stage.tap('08:30')
  await stage.tapFirst(seat)
  await stage.tap('下一步')

  expect(posts(stage.seen)[0].body).toEqual({ slot_id: 'slt_free', item_key: null, child_id: null, ...share })
})

test('the seats of a class that are left on-line are told when the room is full', async () => {
  const stage = await open('pages/booking/index', { answer: answers({ ...day, 'GET /slots': [200, classOf(0, 5)] }) })

  expect(stage.screen.textContent).toContain('线上余 5')
  expect(stage.screen.textContent).not.toContain('候补这一天')
})

test('who takes part on-line is told how, and is given no code for the desk', async () => {
  const remote = { ...appointment, is_remote: true, preparation: '到时间在家里听就好' }
  const table = { ...day, 'GET /appointments/apt_1': [200, remote] }

  const { screen, seen } = await open('pages/booking/done', { answer: answers(table), query: { id: 'apt_1' } })

  expect(screen.textContent).toContain('线上听课，不用到院')
  expect(screen.textContent).toContain('怎么听课到时间在家里听就好')
  expect(seen.calls.map(({ path }) => path)).not.toContain('/appointments/apt_1/check-in-code')
})

test('a seat on-line says so before it is confirmed', async () => {
  const table = {
    ...day,
    'GET /slots': [200, classOf(0, 5)],
    'POST /holds': [201, { ...held, is_remote: true }],
  }
  const stage = await open('pages/booking/index', { answer: answers(table) })

  await stage.tap('08:30')
  await stage.tap('下一步')

  expect(stage.screen.textContent).toContain('产科 线上听课')
})

test.each([
  ['a seat on-line', true, '线上余 5'],
  ['a place on site', false, '约满'],
])('who moves %s is shown what is left of just that', async (_, isRemote, told) => {
  const table = {
    ...day,
    'GET /slots': [200, classOf(0, 5)],
    'GET /appointments/apt_1': [200, { ...appointment, is_remote: isRemote }],
  }

  const { screen } = await open('pages/booking/move', { answer: answers(table), query: { id: 'apt_1' } })

  expect(screen.textContent).toContain(told)
})
