const { answers, day, me, none, ongoing, planned } = require('./cast')
const { open } = require('./stage')

const HOME = 'pages/home/index'
const posts = (seen) =>
  seen.calls.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body])
const notPregnant = { ...day, 'GET /timeline': [200, none] }
const stranger = { ...me, consents: me.consents.map((consent) => ({ ...consent, given: false })) }

test('who plans sees what to do with its source, and not a single date', async () => {
  const table = { ...notPregnant, 'GET /planning': [200, planned] }

  const { screen } = await open(HOME, { answer: answers(table) })

  const text = screen.textContent
  expect(text).toContain('每天吃叶酸')
  expect(text).toContain('出处：《某指南》（待本院医生审核）')
  expect(text).not.toMatch(/\d+月\d+日/)
})

test('a planning is opened by who has agreed', async () => {
  const table = { ...notPregnant, 'POST /planning': [201, planned] }
  const { seen, tap } = await open(HOME, { answer: answers(table) })

  await tap('打开备孕手册')

  expect(posts(seen)).toEqual([['/planning', {}]])
})

test('who has not agreed is shown the words first, and only then a planning is kept', async () => {
  const table = {
    ...notPregnant,
    'GET /me': [200, stranger],
    'POST /consents': [200, { purpose: 'handbook', given: true }],
    'POST /planning': [201, planned],
  }
  const { flip, seen, tap } = await open(HOME, { answer: answers(table) })

  await tap('打开备孕手册')
  const before = posts(seen)
  await flip(0)
  await tap('打开备孕手册')

  expect(before).toEqual([])
  expect(posts(seen).map(([path]) => path)).toEqual(['/consents', '/planning'])
})

test('a planning is ended only after she was asked', async () => {
  const table = { ...notPregnant, 'GET /planning': [200, planned], 'POST /planning/close': [200, planned] }
  const { seen, tap } = await open(HOME, { answer: answers(table) })

  await tap('结束备孕')

  expect(seen.modals[0].title).toContain('结束备孕')
  expect(posts(seen)).toEqual([['/planning/close', {}]])
})

test('who is pregnant is asked neither for a planning nor for a claim', async () => {
  const { screen, seen } = await open(HOME, { answer: answers(day) })

  expect(screen.textContent).not.toMatch(/备孕|建过册/)
  expect(seen.calls.map(({ path }) => path)).toEqual(['/me', '/timeline', '/reminders/templates'])
})

test('a handbook of the hospital is looked for by name, and waits for staff', async () => {
  const table = { ...notPregnant, 'POST /me/handbook-claim': [200, { state: 'waiting' }] }
  const { screen, seen, tap, type } = await open(HOME, { answer: answers(table) })

  await type('王小云')
  await tap('找一找')

  expect(posts(seen)).toEqual([['/me/handbook-claim', { name: '王小云' }]])
  expect(screen.textContent).toContain('已经转给医院核对')
})

test('who is not found is sent to the desk with a code', async () => {
  const table = {
    ...notPregnant,
    'POST /me/handbook-claim': [200, { state: 'not_found' }],
    'POST /me/link-code': [201, { code: '12345678', minutes: 10 }],
  }
  const { screen, tap, type } = await open(HOME, { answer: answers(table) })

  await type('王小云')
  await tap('找一找')
  const said = screen.textContent
  await tap('出示数字码')

  expect(said).toContain('请带身份证到医院窗口')
  expect(screen.textContent).toContain('1234 5678')
  expect(screen.textContent).toContain('10 分钟内有效')
})

test('while a claim waits it is said, and no name is asked for', async () => {
  const table = { ...notPregnant, 'GET /me/handbook-claim': [200, { state: 'waiting' }] }

  const { screen } = await open(HOME, { answer: answers(table) })

  expect(screen.textContent).toContain('已经转给医院核对')
  expect(screen.textContent).not.toContain('找一找')
})

test('whether messages may be sent is asked of who has not said', async () => {
  const table = { ...day, 'POST /consents': [200, { purpose: 'messages', given: true }] }
  const { flip, screen, seen } = await open(HOME, { answer: answers(table) })

  const asked = screen.textContent
  await flip(0)

  expect(asked).toContain('要到时间提醒你吗')
  expect(posts(seen)).toEqual([
    ['/consents', { purpose: 'messages', version: 'v2', decision: 'give' }],
  ])
})

test('who has agreed to messages is not asked again', async () => {
  const agreed = { ...me, consents: me.consents.map((consent) => ({ ...consent, given: true })) }
  const table = { ...day, 'GET /me': [200, agreed], 'GET /timeline': [200, ongoing] }

  const { screen } = await open(HOME, { answer: answers(table) })

  expect(screen.textContent).not.toContain('要到时间提醒你吗')
})
