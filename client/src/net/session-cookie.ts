/** H5: the server's own sign-in inside the Official Account sets a cookie no script can read. */

import { ApiError, SIGN_IN_NEEDED } from '@/net/request'

const KEY = 'yunyu.entering'
const FIRST_PAGE = '/pages/home/index'

let state: 'fresh' | 'leaving' | 'refused' = 'fresh'

export const token = (): string => ''

function leave(): void {
  state = 'leaving'
  sessionStorage.setItem(KEY, '1')
  const route = location.hash.slice(1)
  const to = route.length > 1 ? route : FIRST_PAGE
  location.replace(`/m/enter?to=${encodeURIComponent(to)}`)
}

/** For this load of the page only: a reload by hand may try again. */
function giveUp(): void {
  state = 'refused'
  sessionStorage.removeItem(KEY)
}

/**
 * Leave for WeChat's silent sign-in, which comes back to this very page.
 *
 * A mark survives the journey: who comes back without a session is told so, not sent round for ever.
 * The promise stays open because the page is about to be left.
 */
export function signIn(): Promise<void> {
  if (state === 'fresh') {
    if (sessionStorage.getItem(KEY)) giveUp()
    else leave()
  }
  if (state === 'leaving') return new Promise(() => undefined)
  const sentence = '登录没有成功，请从医院公众号的菜单重新进入'
  return Promise.reject(new ApiError(401, SIGN_IN_NEEDED, sentence))
}

/** We are known: a later refusal may try to sign in again. */
export function accepted(): void {
  sessionStorage.removeItem(KEY)
}
