/** WeChat's own question whether a message may be sent: it opens in a tap, and only there. */

import { ref } from 'vue'
import * as api from '@/api'
import { say } from '@/use/talk'

/** `ids` is empty when nothing is wanting, and on H5, which cannot ask. */
export function useAllow() {
  const ids = ref<string[]>([])

  // #ifdef MP-WEIXIN
  api.templates().then(
    ({ items }) => (ids.value = items),
    // To be asked is no need of hers: without an answer there is simply no question.
    () => undefined,
  )
  // #endif

  function ask(): void {
    // #ifdef MP-WEIXIN
    const asked = ids.value
    wx.requestSubscribeMessage({
      tmplIds: asked,
      success: (answer) => {
        ids.value = []
        if (asked.some((id) => answer[id] === 'accept')) say('好的，到时间提醒你')
      },
      fail: () => say('没有打开。可以点右上角“…”，在设置里打开通知'),
    })
    // #endif
  }

  return { ids, ask }
}
