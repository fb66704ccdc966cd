const { answers, day, letter, reason, reminders } = require('./cast')
const { open } = require('./stage')

const PAGE = 'pages/me/reminders'
const WHY = 'pages/me/why'
const written = (seen) =>
  seen.calls.filter(({ method }) => method !== 'GET').map(({ method, path, body }) => [method, path, body])
const wanting = { ...day, 'GET /reminders/templates': [200, { items: ['TPL_1', 'TPL_2'] }] }
const because = (more) => ({ ...day, 'GET /letters/ltr_1': [200, { ...letter, reasons: [{ ...reason, ...more }] }] })

test('what is coming is shown with its reason, the rest on asking', async () => {
  const stage = await open(PAGE, { answer: answers(day) })
  const before = stage.screen.textContent

  await stage.tap('全部 6 条')

  expect(before).toContain('为什么：来得及准备')
  expect(before).not.toContain('六')
  expect(stage.screen.textContent).toContain('六')
})

test('a kind is switched off with one tap and shown as the hospital answers', async () => {
  const off = { ...reminders, kinds: [{ ...reminders.kinds[0], is_wanted: false }] }
  const answer = answers({ ...day, 'PUT /reminders/kinds/appointment': [200, off] })
  const stage = await open(PAGE, { answer })

  await stage.flip(0)

  expect(written(stage.seen)).toEqual([['PUT', '/reminders/kinds/appointment', { is_wanted: false }]])
  expect(stage.seen.toasts).toEqual(['已经关闭'])
  expect(stage.screen.textContent).not.toContain('儿保与接种提醒说这些')
})

test('who is away says from when until when, and ends it with one tap', async () => {
  const paused = { ...reminders, pause: { since_day: '2030-01-02', until_day: '2030-01-09' } }
  const answer = answers({
    ...day,
    'POST /reminders/pause': [200, paused],
    'POST /reminders/resume': [200, reminders],
  })
  const stage = await open(PAGE, { answer })

  await stage.tap('先暂停')
  const without = written(stage.seen)
  await stage.pick('2030-01-02')
  await stage.pick('2030-01-09', 1)
  await stage.tap('先暂停')
  const shown = stage.screen.textContent
  await stage.tap('现在恢复')

  expect(without).toEqual([])
  expect(shown).toContain('1月2日开始，1月9日恢复。你自己约的号照常提醒。')
  expect(written(stage.seen)).toEqual([
    ['POST', '/reminders/pause', { from_day: '2030-01-02', until_day: '2030-01-09' }],
    ['POST', '/reminders/resume', {}],
  ])
  expect(stage.screen.textContent).not.toContain('提醒已暂停')
})

test('who did not agree is led to where she can', async () => {
  const stage = await open(PAGE, {
    answer: answers({ ...day, 'GET /reminders': [200, { ...reminders, is_agreed: false, coming: [] }] }),
  })

  await stage.tap('去打开')

  expect(stage.seen.went).toEqual(['/pages/me/index'])
})

test('who gets the reminders of a child is said', async () => {
  const { screen } = await open(PAGE, { answer: answers(day) })

  expect(screen.textContent).toContain('妈妈（你）会收到')
  expect(screen.textContent).toContain('爸爸不会收到')
})

test('every message leads to why it was sent', async () => {
  const stage = await open(PAGE, { answer: answers(day) })

  await stage.tap('为什么发给我')

  expect(stage.seen.went).toEqual(['/pages/me/why?letter=ltr_1'])
})

test.each([
  ['pages/home/index', {}],
  ['pages/booking/index', {}],
  ['pages/articles/article', { id: 'art_1' }],
])('%s, opened by a message, is one tap from why', async (page, query) => {
  const plain = await open(page, { answer: answers(day), query })
  const opened = await open(page, { answer: answers(day), query: { ...query, letter: 'ltr_1' } })

  await opened.tap('为什么发给我')

  expect(plain.screen.textContent).not.toContain('为什么发给我')
  expect(opened.seen.went).toEqual(['/pages/me/why?letter=ltr_1'])
  expect([...plain.seen.defects, ...opened.seen.defects]).toEqual([])
})

test('she is asked for consent in her own tap, once, and nothing is told to the hospital', async () => {
  const stage = await open(PAGE, { answer: answers(wanting) })

  await stage.tap('可以提醒我')

  expect(stage.seen.allowed).toEqual([['TPL_1', 'TPL_2']])
  expect(written(stage.seen)).toEqual([])
  expect(stage.screen.textContent).not.toContain('可以提醒我')
})

test.each([
  ['pages/home/index', {}],
  ['pages/booking/done', { id: 'apt_1', fresh: '1' }],
])('%s offers it while something is wanting', async (page, query) => {
  const wants = await open(page, { answer: answers(wanting), query })
  const enough = await open(page, { answer: answers(day), query })

  expect(wants.screen.textContent).toContain('可以提醒我')
  expect(enough.screen.textContent).not.toContain('可以提醒我')
})

test('why says days, source and who answers for the words', async () => {
  const { screen } = await open(WHY, { answer: answers(day), query: { letter: 'ltr_1' } })

  expect(screen.textContent).toContain('按末次月经推算')
  expect(screen.textContent).toContain('《某指南》')
  expect(screen.textContent).toContain('由李兰审核')
})

test('what was done is written down with its day', async () => {
  const answer = answers({ ...day, 'POST /pregnancies/visits': [201, { id: 'vis_1' }] })
  const stage = await open(WHY, { answer, query: { letter: 'ltr_1' } })

  await stage.tap('已做过')
  await stage.pick('2026-11-20')
  await stage.tap('记下来')

  expect(written(stage.seen)).toEqual([
    ['POST', '/pregnancies/visits', { item_key: '甲', day: '2026-11-20', place: '' }],
  ])
})

test('a dose of a child is written down as a dose', async () => {
  const report = { item_key: 'dose:DTaP:1', name: '第1剂', child_id: 'chd_1', dose: { vaccine: 'DTaP', number: 1 } }
  const answer = answers({ ...because({ report }), 'POST /children/chd_1/doses': [201, { id: 'dos_1' }] })
  const stage = await open(WHY, { answer, query: { letter: 'ltr_1' } })

  await stage.tap('已做过')
  await stage.pick('2026-11-20')
  await stage.tap('记下来')

  expect(written(stage.seen)).toEqual([
    ['POST', '/children/chd_1/doses', { vaccine: 'DTaP', number: 1, day: '2026-11-20', place: '' }],
  ])
})

test.each([
  ['care is booked', reason.book, '/pages/booking/index'],
  ['an appointment is moved', { appointment_id: 'apt_1', care: null, item_key: null }, '/pages/booking/move?id=apt_1'],
])('another time: %s', async (_, book, to) => {
  const stage = await open(WHY, { answer: answers(because({ book })), query: { letter: 'ltr_1' } })

  await stage.tap('换个时间')

  expect(stage.seen.went).toEqual([to])
})

test.each([
  ['stopped', { report: null }, '这件事不再提醒', 'hush'],
  ['taken up again', { is_hushed: true }, '恢复提醒', 'speak'],
])('one thing is %s with one tap', async (_, more, button, act) => {
  const answer = answers({ ...because(more), [`POST /reminders/rem_1/${act}`]: [204, ''] })
  const stage = await open(WHY, { answer, query: { letter: 'ltr_1' } })

  await stage.tap(button)

  expect(written(stage.seen)).toEqual([['POST', `/reminders/rem_1/${act}`, {}]])
})

test.each([
  ['off, after a question', true, '不再提醒这类', ['不再提醒“产检提醒”？']],
  ['on again, in the same place', false, '重新打开这类', []],
])('a kind goes %s', async (_, isWanted, button, questions) => {
  const kinds = { 'PUT /reminders/kinds/care_window': [200, reminders] }
  const answer = answers({ ...because({ is_wanted: isWanted }), ...kinds })
  const stage = await open(WHY, { answer, query: { letter: 'ltr_1' } })

  await stage.tap(button)

  expect(stage.seen.modals.map(({ title }) => title)).toEqual(questions)
  expect(written(stage.seen)).toEqual([['PUT', '/reminders/kinds/care_window', { is_wanted: !isWanted }]])
})

test('what cannot be moved on-line any more says whom to call', async () => {
  const book = { appointment_id: null, care: null, item_key: null }
  const { screen } = await open(WHY, { answer: answers(because({ book, report: null })), query: { letter: 'ltr_1' } })

  expect(screen.textContent).toContain('请打电话告诉医院')
  expect(screen.textContent).not.toContain('换个时间')
})
