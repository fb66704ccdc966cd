const { answers, appointment, day, ended, ongoing, refusal } = require('./cast')
const { open } = require('./stage')

const BOOKING = 'pages/booking/index'
const posts = (seen) => seen.calls.filter(({ method }) => method === 'POST')
const keys = (seen) => posts(seen).map(({ header }) => header['Idempotency-Key'])

async function chooseFreePlace({ tap }) {
  await tap('08:30')
  await tap('下一步')
}

test('a mother books a free place with a key of her own', async () => {
  const stage = await open(BOOKING, { answer: answers(day) })

  await chooseFreePlace(stage)
  await stage.tap('确认预约')

  expect(posts(stage.seen)).toHaveLength(1)
  const [{ path, body, header }] = posts(stage.seen)
  expect(path).toBe('/appointments')
  expect(body).toEqual({ slot_id: 'slt_free', item_key: null })
  expect(header['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/)
  expect(header['X-Yunyu']).toBe('1')
  expect(stage.seen.went).toEqual(['/pages/booking/done?id=apt_1'])
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
  await stage.tap('确认预约')

  expect(posts(stage.seen)[0].body).toEqual({ slot_id: 'slt_free', item_key: '丙' })
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
  const replies = [null, [201, appointment]]
  const table = { ...day, 'POST /appointments': () => replies.shift() }
  const stage = await open(BOOKING, { answer: answers(table) })

  await chooseFreePlace(stage)
  await stage.tap('确认预约')

  expect(keys(stage.seen)).toHaveLength(2)
  expect(new Set(keys(stage.seen)).size).toBe(1)
  expect(stage.seen.went).toEqual(['/pages/booking/done?id=apt_1'])
})

test('the key outlives a dead network until somebody answers', async () => {
  const replies = [null, null, [201, appointment]]
  const table = { ...day, 'POST /appointments': () => replies.shift() }
  const stage = await open(BOOKING, { answer: answers(table) })

  await chooseFreePlace(stage)
  await stage.tap('确认预约')
  await stage.tap('确认预约')

  expect(keys(stage.seen)).toHaveLength(3)
  expect(new Set(keys(stage.seen)).size).toBe(1)
})

test('a refusal is told in the words of the server, and the next attempt has a new key', async () => {
  const full = [409, refusal('booking.slot_full', '这个时间刚刚被约满')]
  const replies = [full, [201, appointment]]
  const table = { ...day, 'POST /appointments': () => replies.shift() }
  const stage = await open(BOOKING, { answer: answers(table) })

  await chooseFreePlace(stage)
  await stage.tap('确认预约')
  await chooseFreePlace(stage)
  await stage.tap('确认预约')

  expect(stage.seen.modals[0].content).toBe('这个时间刚刚被约满')
  expect(new Set(keys(stage.seen)).size).toBe(2)
})
