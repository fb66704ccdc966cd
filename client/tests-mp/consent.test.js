const { answers, day, me, none, refusal } = require('./cast')
const { open } = require('./stage')

const ME = 'pages/me/index'
const HOME = 'pages/home/index'
const posts = (seen) =>
  seen.calls.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body])

const stranger = {
  ...me,
  consents: me.consents.map((consent) => ({ ...consent, given: false })),
}
const reading = {
  source: 'gestation',
  source_label: '按孕周',
  given_day: '2026-11-22',
  last_period_day: '2026-08-27',
  edd_day: '2027-06-03',
  gestation: '12周+3天',
  sentence: '今天是孕12周3天',
}
const firstDay = {
  ...day,
  'GET /me': [200, stranger],
  'GET /timeline': [200, none],
  'POST /datings/reading': [200, reading],
  'POST /consents': [200, { purpose: 'handbook', given: true }],
  'POST /pregnancies': [201, {}],
}

async function sayWords({ type, tap }) {
  await tap('说一句话')
  await type('孕12周3天')
  await tap('算一算')
}

test('a handbook is not opened before she has agreed', async () => {
  const stage = await open(HOME, { answer: answers(firstDay) })

  await sayWords(stage)
  await stage.tap('打开手册')

  expect(stage.screen.textContent).toContain('今天是孕12周3天')
  expect(posts(stage.seen)).toEqual([['/datings/reading', { text: '孕12周3天' }]])
  expect(stage.seen.toasts).toHaveLength(1)
})

test('agreeing and opening sends the consent first, then the first day of the last period', async () => {
  const stage = await open(HOME, { answer: answers(firstDay) })

  await sayWords(stage)
  await stage.flip(0)
  await stage.tap('打开手册')

  expect(posts(stage.seen).slice(1)).toEqual([
    ['/consents', { purpose: 'handbook', version: 'v1', decision: 'give' }],
    ['/pregnancies', { source: 'gestation', day: '2026-08-27' }],
  ])
})

test('withdrawing the handbook asks first', async () => {
  const table = { ...day, 'POST /consents': [200, { purpose: 'handbook', given: false }] }
  const stage = await open(ME, { answer: answers(table) })

  await stage.flip(0)

  expect(stage.seen.modals).toHaveLength(1)
  expect(posts(stage.seen)).toEqual([
    ['/consents', { purpose: 'handbook', version: 'v1', decision: 'withdraw' }],
  ])
})

test('any other consent is given with one touch', async () => {
  const table = { ...day, 'POST /consents': [200, { purpose: 'messages', given: true }] }
  const stage = await open(ME, { answer: answers(table) })

  await stage.flip(1)

  expect(stage.seen.modals).toEqual([])
  expect(posts(stage.seen)).toEqual([
    ['/consents', { purpose: 'messages', version: 'v2', decision: 'give' }],
  ])
})

test('a refused change is told, and the switch stays where it was', async () => {
  const table = { ...day, 'POST /consents': [409, refusal('accounts.old_version', '告知书已更新')] }
  const stage = await open(ME, { answer: answers(table) })

  await stage.flip(1)

  expect(stage.seen.modals[0].content).toBe('告知书已更新')
  expect(stage.screen.querySelectorAll('.toggle-switch--on')).toHaveLength(1)
})
