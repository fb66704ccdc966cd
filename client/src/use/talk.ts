/** Short words to the person: toast, question, phone call. */

import { ApiError } from '@/net/request'

/** The server's own sentence, or one that says nothing wrong; a defect goes on to the console. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return error.message
  console.error(error)
  return '出了一点小问题，请稍后再试'
}

export function say(title: string): void {
  uni.showToast({ title, icon: 'none', duration: 2500 })
}

/** A refusal to something she asked for: it stays until she has read it. */
export function tell(error: unknown): void {
  const content = sentenceOf(error)
  uni.showModal({ content, showCancel: false, confirmText: '知道了', confirmColor: '#b5445f' })
}

/** Something she asked for was done in another way than she expects: it stays until she has read it. */
export function advise(title: string, content: string): void {
  uni.showModal({ title, content, showCancel: false, confirmText: '知道了', confirmColor: '#b5445f' })
}

export function confirm(title: string, content: string, confirmText: string): Promise<boolean> {
  return new Promise((resolve) => {
    uni.showModal({
      title,
      content,
      confirmText,
      cancelText: '再想想',
      confirmColor: '#b5445f',
      success: (choice) => resolve(choice.confirm),
      fail: () => resolve(false),
    })
  })
}

export function call(phoneNumber: string): void {
  // The person may close the phone's own question; that is no error.
  uni.makePhoneCall({ phoneNumber, fail: () => undefined })
}
