const { answers, day, ended } = require('./cast')
const { open } = require('./stage')

const HOME = 'pages/home/index'

test('home shows what is due now before what comes, and folds what is over', async () => {
  const { screen } = await open(HOME, { answer: answers(day) })

  const text = screen.textContent
  expect(text).toContain('12周+3天')
  expect(text).toContain('2027年6月3日')
  expect(text.indexOf('现在该做')).toBeLessThan(text.indexOf('检查丙'))
  expect(text.indexOf('检查丙')).toBeLessThan(text.indexOf('检查乙'))
  expect(text).toContain('已过 1 项')
  expect(text).not.toContain('检查甲')
})

test('an item explains its days and names its source when it is opened', async () => {
  const { screen, tap } = await open(HOME, { answer: answers(day) })

  await tap('检查丙')

  expect(screen.textContent).toContain('为什么是这几天')
  expect(screen.textContent).toContain('《某指南》')
  expect(screen.textContent).toContain('待本院医生审核')
})

test('booking from an item goes to the booking tab', async () => {
  const { seen, tap } = await open(HOME, { answer: answers(day) })

  await tap('立即预约')

  expect(seen.went).toEqual(['/pages/booking/index'])
})

test('after a loss there is only the gentle page', async () => {
  const { screen } = await open(HOME, { answer: answers({ ...day, 'GET /timeline': [200, ended] }) })

  expect(screen.textContent).toContain('我们都记着你')
  expect(screen.textContent).toContain('0319-3')
  expect(screen.textContent).not.toMatch(/周|预产期|现在该做|接下来|宝宝|检查/)
})

test('an old timeline is not left standing when the truth cannot be asked', async () => {
  let online = true
  const answer = (call) => (online ? answers(day)(call) : null)
  const { component, screen, settle } = await open(HOME, { answer })

  online = false
  component.instance.onShow()
  await settle()

  expect(screen.textContent).toContain('再试一次')
  expect(screen.textContent).not.toContain('检查丙')
})
