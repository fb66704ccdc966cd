const { answers, child, day, dose, ended, family, line, me, none, ongoing, refusal, weight } = require('./cast')
const { open } = require('./stage')

const HOME = 'pages/home/index'
const CHILD = 'pages/child/index'
const DONE = [201, { id: 'vis_1' }]
const posts = (seen) =>
  seen.calls.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body])
const withItem = (more) => ({ ...ongoing, items: [{ ...ongoing.items[2], ...more }] })
const openHome = (timeline, table = day) =>
  open(HOME, { answer: answers({ ...table, 'GET /timeline': [200, timeline] }) })

test('what she did elsewhere is written down with its day and place', async () => {
  const table = { ...day, 'POST /pregnancies/visits': DONE }
  const { pick, seen, tap, type } = await open(HOME, { answer: answers(table) })

  await tap('我已经做过')
  await pick('2026-11-20')
  await type('市第一医院')
  await tap('记下来')

  expect(posts(seen)).toEqual([
    ['/pregnancies/visits', { item_key: '丙', day: '2026-11-20', place: '市第一医院' }],
  ])
})

test('a day is never guessed for her', async () => {
  const { seen, tap } = await open(HOME, { answer: answers(day) })

  await tap('我已经做过')
  await tap('记下来')

  expect(posts(seen)).toEqual([])
})

test.each([
  [{ reported_day: '2026-11-20', record_id: 'vis_1' }, '自己记录', '医院确认'],
  [{ reported_day: '2026-11-20', confirmed_day: '2026-11-20' }, '医院确认', '自己记录'],
])('%j is shown as %s', async (more, words, others) => {
  const { screen, tap } = await openHome(withItem({ ...more, standing: 'done', may_report: false }))

  await tap('做过的 1 项')

  expect(screen.textContent).toContain(words)
  expect(screen.textContent).not.toContain(others)
})

test('her own word can be taken back, after a question', async () => {
  const timeline = withItem({ standing: 'done', reported_day: '2026-11-20', record_id: 'vis_1' })
  const table = { ...day, 'POST /pregnancies/records/vis_1/withdraw': [204, ''] }
  const { seen, tap } = await openHome(timeline, table)

  await tap('做过的 1 项')
  await tap('撤销')

  expect(seen.modals).toHaveLength(1)
  expect(posts(seen)).toEqual([['/pregnancies/records/vis_1/withdraw', {}]])
})

test('what a doctor orders for some is not pressed upon her', async () => {
  const { screen, tap } = await openHome(withItem({ need: 'indicated', only_for: '高风险的孕妈妈' }))

  await tap('医生安排才做')

  expect(screen.textContent).toContain('医生会告诉你需不需要做')
  expect(screen.textContent).toContain('高风险的孕妈妈')
  expect(screen.textContent).not.toContain('立即预约')
})

test('what is late tells what to do', async () => {
  const { screen } = await openHome(withItem({ status: 'past', standing: 'overdue' }))

  expect(screen.textContent).toContain('还可以补，请尽快预约')
  expect(screen.textContent).toContain('立即预约')
})

test('what cannot be made up is told calmly, and not offered', async () => {
  const missed = withItem({ status: 'past', standing: 'missed_cannot_be_made_up' })
  const { screen, tap } = await openHome(missed)

  await tap('已过 1 项')

  expect(screen.textContent).toContain('请问问医生，还有别的办法')
  expect(screen.textContent).not.toContain('立即预约')
})

test('home leads to her child and to her weight', async () => {
  const { seen, tap } = await openHome({ ...ongoing, weight: { value: 58.1, day: '2026-11-05' } }, family)

  await tap('小满')
  await tap('58.1 公斤')

  expect(seen.went).toEqual(['/pages/child/index?id=chd_1', '/pages/home/weight'])
})

test('a family without a pregnancy may begin with its child', async () => {
  const { seen, tap } = await openHome(none)

  await tap('添加孩子')

  expect(seen.went).toEqual(['/pages/child/add'])
})

test('after a loss nobody is asked for a child, nor for a weight', async () => {
  const lost = { ...me, pregnancy: { ...me.pregnancy, state: 'ended' } }
  const table = { ...day, 'GET /me': [200, lost], 'GET /timeline': [200, ended] }
  const home = await open(HOME, { answer: answers(table) })
  const mine = await open('pages/me/index', { answer: answers(table) })

  expect(home.screen.textContent).not.toMatch(/孩子|体重|宝宝/)
  expect(mine.screen.textContent).not.toContain('添加孩子')
})

test('a dose is written down by its vaccine and number', async () => {
  const table = { ...family, 'POST /children/chd_1/doses': DONE }
  const stage = await open(CHILD, { answer: answers(table), query: { id: 'chd_1' } })

  await stage.tapFirst('我已经做过')
  await stage.pick('2026-11-20')
  await stage.tap('记下来')

  expect(posts(stage.seen)).toEqual([
    ['/children/chd_1/doses', { vaccine: 'DTaP', number: 1, day: '2026-11-20', place: '' }],
  ])
})

test('a visit of a child is written down by its item, and can be taken back', async () => {
  const visit = { ...dose, key: 'c03', kind: 'visit', dose: null }
  const told = { ...visit, standing: 'done', reported_day: '2026-11-20', record_id: 'vis_1', may_report: false }
  const pages = [visit, told, visit].map((item) => [200, { ...child, groups: [{ key: 'now', items: [item] }] }])
  const table = {
    ...family,
    'GET /children/chd_1': () => pages.shift(),
    'POST /children/chd_1/visits': DONE,
    'POST /children/chd_1/records/vis_1/withdraw': [204, ''],
  }
  const { pick, seen, tap } = await open(CHILD, { answer: answers(table), query: { id: 'chd_1' } })

  await tap('我已经做过')
  await pick('2026-11-20')
  await tap('记下来')
  await tap('撤销')

  expect(posts(seen)).toEqual([
    ['/children/chd_1/visits', { item_key: 'c03', day: '2026-11-20', place: '' }],
    ['/children/chd_1/records/vis_1/withdraw', {}],
  ])
})

test('of much that is late only the first is shown, the rest when asked for', async () => {
  const { screen, tap } = await open(CHILD, { answer: answers(family), query: { id: 'chd_1' } })

  const before = screen.textContent
  await tap('查看全部 4 项')

  expect(before).not.toContain('项目卯')
  expect(screen.textContent).toContain('项目卯')
})

test('a preterm child has its corrected age explained', async () => {
  const { screen } = await open(CHILD, { answer: answers(family), query: { id: 'chd_1' } })

  expect(screen.textContent).toContain('矫正年龄 3个月23天')
})

test('one child is chosen among several', async () => {
  const twin = { ...line, id: 'chd_2', name: '小圆' }
  const table = {
    ...day,
    'GET /me': [200, { ...me, children: [line, twin] }],
    'GET /children/chd_2': [200, { ...child, ...twin, groups: [] }],
  }
  const { screen, tap } = await open(CHILD, { answer: answers(table), query: { id: 'chd_1' } })

  await tap('小圆')

  expect(screen.textContent).toContain('暂时没有安排')
})

test('without consent the record is closed until somebody agrees', async () => {
  const closed = [409, refusal('handbook.child_consent_needed', '还没有家长同意')]
  const replies = [closed, [200, child]]
  const table = {
    ...family,
    'GET /children/chd_1': () => replies.shift(),
    'POST /consents': [200, { purpose: 'child_record', given: true }],
  }
  const { flip, screen, seen } = await open(CHILD, { answer: answers(table), query: { id: 'chd_1' } })

  const before = screen.textContent
  await flip(0)

  expect(before).not.toContain('百白破')
  expect(posts(seen)).toEqual([
    ['/consents', { purpose: 'child_record', version: 'v3', decision: 'give' }],
  ])
  expect(screen.textContent).toContain('百白破')
})

test('booking for a child names the child and the item', async () => {
  const query = { care: 'antenatal', item: dose.item_key }
  const { screen, seen, tap } = await open('pages/booking/index', { answer: answers(family), query })

  await tap('08:30')
  await tap('下一步')
  await tap('确认预约')

  expect(screen.textContent).not.toContain('不在建议时间内')
  expect(posts(seen)).toEqual([
    ['/holds', { slot_id: 'slt_free', item_key: 'chd_1:dose:DTaP:1', child_id: 'chd_1' }],
    ['/appointments/apt_1/confirm', {}],
  ])
})

test('a child is added after the consent, with what is known', async () => {
  const table = {
    ...day,
    'POST /consents': [200, { purpose: 'child_record', given: true }],
    'POST /children': [201, line],
  }
  const { flip, pick, seen, tap, type } = await open('pages/child/add', { answer: answers(table) })

  await flip(0)
  await pick('2026-06-20')
  await tap('女孩')
  await type('小满', 0)
  await type('2100', 1)
  await type('34', 2)
  await type('2', 3)
  await tap('添加')

  expect(posts(seen)).toEqual([
    ['/consents', { purpose: 'child_record', version: 'v3', decision: 'give' }],
    [
      '/children',
      {
        birth_day: '2026-06-20',
        kind: 'mother',
        rank: 1,
        sex: 'female',
        name: '小满',
        weight_g: 2100,
        gestation_at_birth: '34+2',
      },
    ],
  ])
  expect(seen.went).toEqual(['/pages/child/index?id=chd_1'])
})

test('a child is not added before somebody agreed', async () => {
  const { pick, seen, tap } = await open('pages/child/add', { answer: answers(day) })

  await pick('2026-06-20')
  await tap('添加')

  expect(posts(seen)).toEqual([])
  expect(seen.toasts).toHaveLength(1)
})

test('a measurement is written down, and can be taken back', async () => {
  const table = {
    ...family,
    'POST /children/chd_1/measurements': [201, { id: 'mea_9' }],
    'POST /children/chd_1/records/mea_1/withdraw': [204, ''],
  }
  const { seen, tap, type } = await open('pages/child/growth', { answer: answers(table), query: { id: 'chd_1' } })

  await type('6，8')
  await tap('记下来')
  await tap('撤销')

  const [measured, withdrawn] = posts(seen)
  expect(measured[1]).toMatchObject({ kind: 'weight', value: 6.8 })
  expect(withdrawn[0]).toBe('/children/chd_1/records/mea_1/withdraw')
})

test('a length is written down with how it was taken', async () => {
  const table = { ...family, 'POST /children/chd_1/measurements': [201, { id: 'mea_9' }] }
  const { seen, tap, type } = await open('pages/child/growth', { answer: answers(table), query: { id: 'chd_1' } })
  await tap('身长')

  await type('66.5')
  await tap('站着量的')
  await tap('记下来')

  expect(posts(seen)[0][1]).toMatchObject({ kind: 'length', value: 66.5, posture: 'standing' })
})

test('a weight is asked for without a posture', async () => {
  const table = { ...family, 'POST /children/chd_1/measurements': [201, { id: 'mea_9' }] }
  const { screen, seen, tap, type } = await open('pages/child/growth', { answer: answers(table), query: { id: 'chd_1' } })

  await type('6.8')
  await tap('记下来')

  expect(screen.textContent).not.toContain('站着量的')
  expect(posts(seen)[0][1].posture).toBeNull()
})

test('the sex that nobody told is asked for where the curve needs it', async () => {
  const table = {
    ...family,
    'GET /children/chd_1': [200, { ...child, sex: null }],
    'POST /children/chd_1/sex': [200, line],
  }
  const { seen, tap } = await open('pages/child/growth', { answer: answers(table), query: { id: 'chd_1' } })

  await tap('男孩')
  await tap('填好了')

  expect(posts(seen)[0]).toEqual(['/children/chd_1/sex', { sex: 'male' }])
})

test('a curve is drawn as a picture with a size', async () => {
  await open('pages/child/growth', { answer: answers(family), query: { id: 'chd_1' } })
  const { addressOf } = require('../dist/build/mp-weixin/logic/picture')

  const [kind, code] = addressOf('<svg viewBox="0 0 343 320"><title>体重</title></svg>').split(',')

  expect(kind).toBe('data:image/svg+xml;base64')
  expect(Buffer.from(code, 'base64').toString('utf8')).toBe(
    '<svg width="343" height="320" viewBox="0 0 343 320"><title>体重</title></svg>',
  )
})

test('a sign that is ticked advises to go, and is told to nobody', async () => {
  const { screen, seen, tap } = await open('pages/child/signs', { answer: answers(family), query: { id: 'chd_1' } })

  const before = screen.textContent
  await tap('俯卧时不会抬头')

  expect(before).not.toContain('建议带宝宝')
  expect(screen.textContent).toContain('建议带宝宝做一次发育评估')
  expect(screen.textContent).toContain('不是诊断')
  expect(posts(seen)).toEqual([])
})

test('her build is asked once, and sent whole', async () => {
  const fresh = { ...weight, build: null, band: null, svg: null, source: null }
  const table = {
    ...day,
    'GET /pregnancies/weight': [200, fresh],
    'POST /pregnancies/measurements': [201, { ids: {} }],
  }
  const { seen, tapFirst, type } = await open('pages/home/weight', { answer: answers(table) })

  await type('162', 0)
  await type('54.5', 1)
  await tapFirst('记下来')
  await type('29', 2)
  await tapFirst('记下来')

  const sent = posts(seen)
  expect(sent).toHaveLength(1)
  expect(sent[0][1].values).toEqual({ mother_height: 162, mother_weight_before: 54.5, mother_age: 29 })
})
