const { answers, day, refusal } = require('./cast')
const { open } = require('./stage')

const HOME = 'pages/home/index'
const OVER = [401, refusal('core.sign_in_needed', '请先登录')]
const at = (seen, path) => seen.calls.filter((call) => call.path === path)

/** A server that knows one token only, and may give it out. */
const server = (session) => (call) => {
  if (call.path === '/sessions') return session
  return call.header.Authorization === 'Bearer token-2' ? answers(day)(call) : OVER
}

test('a session that is over is opened again once, and the question asked once more', async () => {
  const answer = server([200, { token: 'token-2', expires_at: '2030-01-01T00:00:00+08:00' }])
  const { screen, seen, stored } = await open(HOME, { answer })

  expect(screen.textContent).toContain('12周+3天')
  expect(at(seen, '/sessions').map(({ body }) => body)).toEqual([{ code: 'code-1' }])
  expect(at(seen, '/timeline')).toHaveLength(2)
  expect(stored['yunyu.session']).toBe('token-2')
})

test('a server that refuses every token is not asked for ever', async () => {
  const answer = server([200, { token: 'token-9', expires_at: '2030-01-01T00:00:00+08:00' }])
  const { screen, seen } = await open(HOME, { answer })

  expect(screen.textContent).toContain('请先登录')
  expect(at(seen, '/timeline')).toHaveLength(2)
})
