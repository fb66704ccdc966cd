import uni from '@dcloudio/vite-plugin-uni'
import { defineConfig, type Plugin } from 'vite'

const FOREIGN_PICTURE = /url\(["']?https?:\/\/cdn\.dcloud\.net\.cn[^)]*\)/g
const FOREIGN_PRELOAD = 'isFunction(wx.preloadAssets)'
const LEFT_OVER = /cdn\.dcloud|preloadAssets/

/**
 * Keep the client on the hospital's host: the framework asks its maker's CDN for shadow pictures,
 * in the CSS of H5 and three seconds after a mini-program starts.
 *
 * It stands behind `uni()`, which writes that host into the CSS, and before bundling, so that a
 * file's hash is that of the cleaned text. The build fails if anything is left.
 */
const noCdn = (): Plugin => ({
  name: 'no-cdn',
  enforce: 'pre',
  transform(code, id) {
    if (/\.css($|\?)/.test(id)) return code.replace(FOREIGN_PICTURE, 'none')
    return code.includes(FOREIGN_PRELOAD) ? code.replace(FOREIGN_PRELOAD, 'false') : undefined
  },
  writeBundle(_, bundle) {
    const foreign = Object.values(bundle).find((file) =>
      LEFT_OVER.test(file.type === 'chunk' ? file.code : String(file.source)),
    )
    if (foreign) throw new Error(`${foreign.fileName} asks a foreign host`)
  },
})

/** A mini-program's screen reader knows `aria-role`, a browser's `role`; the templates say `role`. */
const ariaRole = (): Plugin => ({
  name: 'aria-role',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('.vue') ? code.replace(/(\s:?)role="/g, '$1aria-role="') : undefined,
})

const isMiniProgram = process.env.UNI_PLATFORM === 'mp-weixin'
// H5 is served by the same host as the API; a mini-program must be told the hospital's address.
const host = isMiniProgram ? (process.env.YUNYU_HOST ?? 'https://yunyu.invalid') : ''

export default defineConfig({
  base: './',
  plugins: [...(isMiniProgram ? [ariaRole()] : []), uni(), noCdn()],
  define: { YUNYU_HOST: JSON.stringify(host) },
})
