const { answers, day, refusal } = require('./cast')
const { NEVER, open } = require('./stage')

const PAGES = [
  ['pages/home/index', {}, '现在该做'],
  ['pages/booking/index', {}, '选日子和时间'],
  ['pages/booking/index', { mine: '1' }, '改时间'],
  ['pages/booking/done', { id: 'apt_1' }, 'A017'],
  ['pages/articles/index', {}, '孕吐怎么办'],
  ['pages/articles/article', { id: 'art_1' }, '李兰 审核于 2026年8月30日'],
  ['pages/me/index', {}, '紧急情况请拨打'],
  ['pages/me/copy', {}, '2027年6月3日'],
  ['pages/me/leave', {}, '病历至少保存15年'],
  ['pages/home/weight', {}, '在参考范围之内'],
  ['pages/child/index', { id: 'chd_1' }, '百白破第1剂'],
  ['pages/child/growth', { id: 'chd_1' }, '第74百分位'],
  ['pages/child/signs', { id: 'chd_1' }, '俯卧时不会抬头'],
  ['pages/child/add', {}, '宝宝的情况'],
]

test.each(PAGES)('%s %j shows its answer', async (page, query, words) => {
  const { screen, seen } = await open(page, { answer: answers(day), query })

  expect(screen.textContent).toContain(words)
  expect(seen.defects).toEqual([])
})

test.each(PAGES)('%s %j waits in peace', async (page, query, words) => {
  const { screen, seen } = await open(page, { answer: () => NEVER, query })

  expect(screen.innerHTML).toContain('waiting-cards--bar')
  expect(screen.textContent).not.toContain(words)
  expect(seen.defects).toEqual([])
})

test.each(PAGES)('%s %j tells a refusal and offers to try again', async (page, query) => {
  const answer = () => [503, refusal('core.unavailable', '系统正在维护')]
  const { screen, seen } = await open(page, { answer, query })

  expect(screen.textContent).toContain('系统正在维护')
  expect(screen.textContent).toContain('再试一次')
  expect(seen.defects).toEqual([])
})
