/** What a page shows while it asks, when it has an answer, and when it was refused. */

import { computed, ref, shallowRef } from 'vue'
import { sentenceOf } from '@/use/talk'

/** Wrap a question; `load` asks anew, and only the latest question's answer counts. */
export function useAnswer<A extends unknown[], T>(question: (...args: A) => Promise<T>) {
  const answer = shallowRef<T | null>(null)
  const refusal = ref('')
  let turn = 0

  async function load(...args: A): Promise<void> {
    const mine = ++turn
    refusal.value = ''
    try {
      const got = await question(...args)
      if (mine === turn) answer.value = got
    } catch (error) {
      if (mine !== turn) return
      // An old answer may no longer be true: better to show none.
      answer.value = null
      refusal.value = sentenceOf(error)
    }
  }

  function forget(): void {
    turn += 1
    answer.value = null
    refusal.value = ''
  }

  const waiting = computed(() => answer.value === null && refusal.value === '')
  return { answer, refusal, waiting, load, forget }
}
