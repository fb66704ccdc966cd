const { answers, day, refusal } = require('./cast')
const { open } = require('./stage')

const LEAVE = 'pages/me/leave'
const left = { keeps_record: false, sentence: '您的信息已删除' }
const posts = (seen) => seen.calls.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body])

test('all of it is copied as text, without what only programs need', async () => {
  const stage = await open('pages/me/copy', { answer: answers(day) })

  await stage.tap('复制全部文字')

  expect(stage.seen.copied).toEqual([
    '县妇幼 2026年11月22日\n\n【孕期】\n\n预产期：2027年6月3日\n\n【不在这里的内容】\n\n到病案室申请',
  ])
  expect(stage.screen.textContent).not.toContain('prg_1')
})

test('nobody leaves before she says that she has read', async () => {
  const stage = await open(LEAVE, { answer: answers(day) })

  await stage.tap('注销账号')

  expect(posts(stage.seen)).toEqual([])
  expect(stage.seen.modals).toEqual([])
})

test('who has read and is sure leaves, and nothing is asked after that', async () => {
  const stage = await open(LEAVE, { answer: answers({ ...day, 'POST /me/leaving': [200, left] }) })
  await stage.flip(0)

  await stage.tap('注销账号')

  expect(stage.seen.modals[0].title).toBe('现在注销？')
  expect(posts(stage.seen)).toEqual([['/me/leaving', { decision: 'leave' }]])
  expect(stage.screen.textContent).toContain('您的信息已删除')
  expect(stage.screen.textContent).not.toContain('注销后会删除')
  expect(stage.seen.calls).toHaveLength(2)
})

test('a place that is still kept for her is told, and she has not left', async () => {
  const answer = answers({
    ...day,
    'POST /me/leaving': [409, refusal('booking.appointments_left', '您还有 1 个预约')],
  })
  const stage = await open(LEAVE, { answer })
  await stage.flip(0)

  await stage.tap('注销账号')

  expect(stage.seen.modals[1].content).toBe('您还有 1 个预约')
  expect(stage.screen.textContent).toContain('注销后会删除')
})
