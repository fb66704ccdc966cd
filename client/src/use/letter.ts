/** Which message opened a page: why it came is one tap from there. */

import { ref, type Ref } from 'vue'
import { onHide, onLoad } from '@dcloudio/uni-app'

/** Empty when no message did; a tab that is seen again was not opened by it any more. */
export function useLetter(): Ref<string> {
  const letter = ref('')
  onLoad((query) => {
    letter.value = query?.letter ?? ''
  })
  onHide(() => {
    letter.value = ''
  })
  return letter
}
