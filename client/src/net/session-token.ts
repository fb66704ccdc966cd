/** Mini-program: WeChat's login code is changed for our own token, kept on the phone. */

import { ApiError, SIGN_IN_NEEDED, request } from '@/net/request'

const KEY = 'yunyu.session'

let entering: Promise<void> | null = null

export const token = (): string => uni.getStorageSync(KEY) || ''

function loginCode(): Promise<string> {
  return new Promise((resolve, reject) => {
    uni.login({
      provider: 'weixin',
      success: ({ code }) => resolve(code),
      fail: () => reject(new ApiError(401, SIGN_IN_NEEDED, '微信登录没有成功，请稍后再试')),
    })
  })
}

async function enter(): Promise<void> {
  const code = await loginCode()
  const opened = await request<{ token: string }>('/sessions', { method: 'POST', body: { code } }, '')
  uni.setStorageSync(KEY, opened.token)
}

/** Sign in by WeChat; calls that come meanwhile wait for the same answer. */
export function signIn(): Promise<void> {
  entering ??= enter().finally(() => {
    entering = null
  })
  return entering
}

/** Nothing to remember: the token alone says so. */
export const accepted = (): void => undefined
