// A stage for the BUILT mini-program: pages run in jsdom, templates compiled by WeChat's own
// compiler, and a `wx` that answers from a table and writes down what it was asked.
const path = require('path')

const ROOT = path.join(__dirname, '../dist/build/mp-weixin')
const SETTLE_MS = 60
const NEVER = Symbol('no answer yet')

const QUIET = {
  arrayBufferToBase64: (buffer) => Buffer.from(buffer).toString('base64'),
  canIUse: () => false,
  getAppBaseInfo: () => ({ SDKVersion: '3.0.0' }),
  getDeviceInfo: () => ({}),
  getLaunchOptionsSync: () => ({}),
  getSystemInfoSync: () => ({ SDKVersion: '3.0.0', platform: 'devtools' }),
  getWindowInfo: () => ({}),
  onAppHide() {},
  onAppShow() {},
  onError() {},
}

/** `answer(call)` gives `[status, body]`, `null` when the network fails, `NEVER` to keep her waiting. */
function makeWx(answer, stored) {
  const seen = { calls: [], defects: [], toasts: [], modals: [], went: [], copied: [], allowed: [], logins: 0 }
  const wx = {
    ...QUIET,
    getStorageSync: (key) => stored[key] ?? '',
    setStorageSync: (key, value) => (stored[key] = value),
    login: ({ success }) => success({ code: `code-${++seen.logins}` }),
    showToast: ({ title }) => seen.toasts.push(title),
    showModal: (options) => (seen.modals.push(options), options.success?.({ confirm: true })),
    requestSubscribeMessage: (ask) => (seen.allowed.push(ask.tmplIds), ask.success({ [ask.tmplIds[0]]: 'accept' })),
    setClipboardData: ({ data, success }) => (seen.copied.push(data), success?.()),
    navigateTo: ({ url }) => seen.went.push(url),
    redirectTo: ({ url }) => seen.went.push(url),
    switchTab: ({ url }) => seen.went.push(url),
    request(options) {
      const url = new URL(options.url)
      const call = {
        method: options.method,
        path: url.pathname.replace('/api/v1', '') + url.search,
        body: options.data,
        header: options.header,
      }
      seen.calls.push(call)
      const answered = answer(call)
      if (answered === NEVER) return
      if (!answered) return options.fail({ errMsg: 'request:fail timeout' })
      options.success({ statusCode: answered[0], data: answered[1] })
    },
  }
  return { wx, seen }
}

/** Open one page as WeChat would: app, page, `onLoad`, `onShow`. */
async function open(page, { answer, query = {}, stored = { 'yunyu.session': 'token-1' } }) {
  jest.resetModules()
  const simulate = require('miniprogram-simulate')
  const exparser = require('miniprogram-exparser')
  const { wx, seen } = makeWx(answer, stored)
  // A defect in a page is only logged by the framework: let no test pass over it.
  jest.spyOn(console, 'error').mockImplementation((error) => seen.defects.push(String(error)))
  Object.assign(global.wx, wx)
  global.App = (options) => (global.theApp = options)
  global.getApp = () => global.theApp
  global.getCurrentPages = () => []
  global.Page = (options) => global.Component(options)
  require(`${ROOT}/app.js`)
  const id = simulate.load(path.join(ROOT, page), { rootPath: ROOT, compiler: 'official' })
  const component = simulate.render(id, {})
  const screen = document.createElement('div')
  component.attach(screen)
  component.instance.onLoad?.(query)
  component.instance.onShow?.()
  const settle = () => simulate.sleep(SETTLE_MS)
  await settle()

  async function send(name, node, detail = {}) {
    const how = { bubbles: true, composed: true, capturePhase: true }
    exparser.Event.dispatchEvent(node.__wxElement, exparser.Event.create(name, detail, how))
    await settle()
  }

  /** Press the innermost place that shows this text. */
  async function tap(text) {
    const touched = [...screen.querySelectorAll('*')].filter((node) => node.textContent.includes(text))
    if (touched.length === 0) throw new Error(`nothing shows ${text}`)
    await send('tap', touched.at(-1))
  }

  /** Press the first place that shows just this text, where a page shows it more than once. */
  async function tapFirst(text) {
    const exact = [...screen.querySelectorAll('*')].filter((node) => node.textContent === text)
    if (exact.length === 0) throw new Error(`nothing shows just ${text}`)
    await send('tap', exact.filter((node) => exact[0].contains(node)).at(-1))
  }

  /** Flip a switch, which has no words of its own; counted from 0. */
  const flip = (position) => send('tap', screen.querySelectorAll('.toggle-switch--toggle')[position])
  const type = (value, position = 0) =>
    send('input', screen.querySelectorAll('wx-input')[position], { value })
  /** Turn a date wheel to a day; counted from 0. */
  const pick = (day, position = 0) =>
    send('change', screen.querySelectorAll('wx-picker')[position], { value: day })

  return { component, flip, pick, screen, seen, settle, stored, tap, tapFirst, type }
}

module.exports = { NEVER, open }
