// The pure modules, as they stand in the built mini-program.
const { item } = require('./cast')
const LOGIC = '../dist/build/mp-weixin/logic'
const { addDays, daysBetween, rangeLabel } = require(`${LOGIC}/days`)
const { amountIn } = require(`${LOGIC}/amounts`)
const { childOfItem, gestationOf, nextDoses } = require(`${LOGIC}/children`)
const { byClinic } = require(`${LOGIC}/clinics`)
const { dress } = require(`${LOGIC}/prose`)
const { groupItems, isWithin, progressPercent } = require(`${LOGIC}/timeline`)

test.each([
  ['2026-12-31', 1, '2027-01-01'],
  ['2028-02-28', 1, '2028-02-29'],
  ['2026-03-01', -1, '2026-02-28'],
])('%s and %i days is %s', (day, count, expected) => {
  expect(addDays(day, count)).toBe(expected)
  expect(daysBetween(day, expected)).toBe(count)
})

test.each([
  ['2026-03-01', '2026-03-01', '3月1日'],
  ['2026-03-01', '2026-03-07', '3月1日—3月7日'],
  ['2026-12-30', '2027-01-02', '2026年12月30日—2027年1月2日'],
])('from %s to %s reads %s', (from, to, expected) => {
  expect(rangeLabel(from, to)).toBe(expected)
})

test.each([
  ['12周+3天', 31],
  ['40周+0天', 100],
  ['41周+2天', 100],
  ['0周+0天', 0],
  ['孕20周', 50],
  ['', 0],
])('%s fills %i per cent of the bar', (gestation, expected) => {
  expect(progressPercent(gestation)).toBe(expected)
})

test('groups stand in the order of need, the latest past item first', () => {
  const items = [
    item('甲', 'past'),
    item('乙', 'past'),
    item('丙', 'coming'),
    { ...item('丁', 'open'), standing: 'done' },
    { ...item('戊', 'past'), standing: 'overdue' },
    { ...item('己', 'open'), need: 'indicated' },
    item('庚', 'open'),
  ]

  const groups = groupItems(items)

  expect(groups.map(({ key }) => key)).toEqual(['now', 'overdue', 'next', 'maybe', 'past', 'done'])
  expect(groups[4].items.map(({ key }) => key)).toEqual(['乙', '甲'])
  expect(items.map(({ key }) => key).join('')).toBe('甲乙丙丁戊己庚')
})

test('what closes first stands first, of equals the shorter window', () => {
  const open = (key, from_day, to_day) => ({ ...item(key, 'open'), from_day, to_day })
  const items = [
    open('晚', '2026-11-01', '2026-12-20'),
    open('长', '2026-10-01', '2026-11-29'),
    open('短', '2026-11-12', '2026-11-29'),
  ]

  expect(groupItems(items)[0].items.map(({ key }) => key)).toEqual(['短', '长', '晚'])
})

test('what a doctor orders for some is like the rest once it is booked', () => {
  const booked = { ...item('甲', 'open'), need: 'indicated', appointment_id: 'apt_1' }

  expect(groupItems([booked]).map(({ key }) => key)).toEqual(['now'])
})

test('places stand by clinic, in the same order every day', () => {
  const slot = (id, clinic, room) => ({ id, clinic, room })
  const slots = [slot(1, '专家门诊', '305'), slot(2, '普通门诊', '301'), slot(3, '专家门诊', '305')]

  const clinics = byClinic(slots)

  expect(clinics.map(({ clinic }) => clinic)).toEqual(['普通门诊', '专家门诊'])
  expect(clinics[1].slots.map(({ id }) => id)).toEqual([1, 3])
})

test.each([
  ['2026-11-01', null, '2026', '11月1日起'],
  ['2027-02-01', null, '2026', '2027年2月1日起'],
  ['2027-02-01', '2027-02-08', '2026', '2027年2月1日—2027年2月8日'],
])('from %s to %s seen in %s reads %s', (from, to, year, expected) => {
  expect(rangeLabel(from, to, year)).toBe(expected)
})

test.each([
  ['6.6', 6.6],
  [' 58，2', 58.2],
  ['120', 120],
  ['6.', 0],
  ['六', 0],
  ['', 0],
])('%j typed is %d', (text, expected) => {
  expect(amountIn(text)).toBe(expected)
})

test.each([
  ['chd_1:dose:DTaP:1', 'chd_1'],
  ['nt', ''],
])('the item %s is of the child %j', (key, expected) => {
  expect(childOfItem(key)).toBe(expected)
})

test.each([
  ['34', '2', '34+2'],
  ['38', '', '38+0'],
])('%s weeks and %j days are written %s', (weeks, days, expected) => {
  expect(gestationOf(weeks, days)).toBe(expected)
})

test.each([
  [['甲', '乙', '丙'], '2026-11-01', '现在可以打：甲、乙等 3 种'],
  [['甲'], '2026-12-20', '下一次疫苗：甲，2026年12月20日起'],
  [[], '', ''],
])('the next doses %j from %s are told as %j', (names, from_day, expected) => {
  const next_doses = names.map((name) => ({ name, from_day }))

  expect(nextDoses({ next_doses }, '2026-11-21')).toBe(expected)
})

test('an item without a last day has no end', () => {
  expect(isWithin({ from_day: '2026-11-12', to_day: null }, '2030-01-01')).toBe(true)
})

test.each([
  ['2026-11-11', false],
  ['2026-11-12', true],
  ['2026-11-29', true],
  ['2026-11-30', false],
])('%s inside 12 to 29 November: %s', (day, expected) => {
  expect(isWithin({ from_day: '2026-11-12', to_day: '2026-11-29' }, day)).toBe(expected)
})

test('article text is dressed, and what the author chose wins', () => {
  const dressed = dress('<p style="color:#b00" class="x">好</p><b>b</b>', '')

  expect(dressed).toMatch(/^<p style="margin[^"]*;color:#b00" class="x">好<\/p><b>b<\/b>$/)
})

test('a picture in a figure survives where figures are not known', () => {
  const dressed = dress('<figure class="x"><img src="https://h/a.png"><figcaption>图</figcaption></figure>', '')

  expect(dressed).toMatch(/^<div class="x"><img [^>]*src="https:\/\/h\/a.png"><p style="[^"]*">图<\/p><\/div>$/)
})

test.each([
  ['<img src="/media/a.png">', 'src="https://h/media/a.png"'],
  ['<img alt="x" src="https://h/b.png">', 'src="https://h/b.png"'],
])('%s keeps a whole address', (html, expected) => {
  expect(dress(html, 'https://h')).toContain(expected)
})
