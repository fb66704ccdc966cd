// The pure modules, as they stand in the built mini-program.
const LOGIC = '../dist/build/mp-weixin/logic'
const { addDays, daysBetween, rangeLabel } = require(`${LOGIC}/days`)
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
  const items = ['past', 'past', 'coming', 'open'].map((status, key) => ({ key, status }))

  const groups = groupItems(items)

  expect(groups.map(({ status }) => status)).toEqual(['open', 'coming', 'past'])
  expect(groups.at(-1).items.map(({ key }) => key)).toEqual([1, 0])
  expect(items.map(({ key }) => key)).toEqual([0, 1, 2, 3])
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
