/** One HTTP request: JSON both ways, and every failure as an `ApiError`. */

import { learnClock } from '@/clock'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface Call {
  method?: Method
  body?: object
  headers?: Record<string, string>
}

const TIMEOUT_MS = 15_000

const NO_ANSWER = 'client.no_answer'
export const SIGN_IN_NEEDED = 'core.sign_in_needed'

/** `status` is 0 when nobody answered. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message)
  }

  /** Nobody said yes or no: what was asked may be done all the same. */
  get isOpen(): boolean {
    return this.status === 0 || this.status >= 500
  }
}

interface ErrorBody {
  code?: unknown
  message?: unknown
  details?: Record<string, unknown>
}

function toError(status: number, body: unknown): ApiError {
  const { code, message, details } = (body ?? {}) as ErrorBody
  if (typeof code === 'string' && typeof message === 'string') {
    return new ApiError(status, code, message, details)
  }
  if (status === 401) return new ApiError(status, SIGN_IN_NEEDED, '请重新登录')
  return new ApiError(status, NO_ANSWER, '服务暂时没有回应，请稍后再试')
}

/** Browsers give names of headers in lower case, phones as they were sent. */
function momentIn(header: Record<string, unknown> | undefined): unknown {
  const name = Object.keys(header ?? {}).find((one) => one.toLowerCase() === 'x-yunyu-now')
  return name ? header?.[name] : undefined
}

export function request<T>(path: string, call: Call, token: string): Promise<T> {
  const { method = 'GET', body = {}, headers = {} } = call
  const writes: Record<string, string> = method === 'GET' ? {} : { 'X-Yunyu': '1' }
  const bearer: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {}
  return new Promise((resolve, reject) => {
    uni.request({
      url: `${YUNYU_HOST}/api/v1${path}`,
      method,
      data: method === 'GET' ? undefined : body,
      header: { ...writes, ...bearer, ...headers },
      timeout: TIMEOUT_MS,
      success: ({ statusCode, data, header }) => {
        learnClock(momentIn(header))
        if (statusCode >= 200 && statusCode < 300) resolve(data as T)
        else reject(toError(statusCode, data))
      },
      fail: () => reject(new ApiError(0, NO_ANSWER, '网络不太顺畅，请检查网络后再试')),
    })
  })
}
