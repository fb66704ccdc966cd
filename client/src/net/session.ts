/** Who is asking: a token in the mini-program, a cookie on H5. */

import * as cookie from '@/net/session-cookie'
import * as bearer from '@/net/session-token'

export interface Session {
  /** What goes into `Authorization`; empty when a cookie speaks for us. */
  token(): string
  signIn(): Promise<void>
  /** The server has just accepted us. */
  accepted(): void
}

export const session: Session = process.env.UNI_PLATFORM === 'h5' ? cookie : bearer
