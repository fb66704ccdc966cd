/** Writing down that something was done, and taking it back. */

import { ref, shallowRef } from 'vue'
import { shortLabel } from '@/logic/days'
import { confirm, say, tell } from '@/use/talk'
import type { CareItem } from '@/types'

interface Done {
  day: string
  place: string
}

interface Ways<T extends CareItem> {
  report: (item: T, done: Done) => Promise<unknown>
  withdraw: (recordId: string) => Promise<unknown>
  load: () => Promise<void>
}

/** `asking` is the item whose day is being asked for. */
export function useReport<T extends CareItem>({ report, withdraw, load }: Ways<T>) {
  const asking = shallowRef<T | null>(null)
  const busy = ref(false)

  async function act(work: () => Promise<unknown>, done: string): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await work()
      asking.value = null
      say(done)
    } catch (error) {
      tell(error)
    } finally {
      busy.value = false
      await load()
    }
  }

  const ask = (item: T): void => {
    asking.value = item
  }

  const close = (): void => {
    asking.value = null
  }

  async function write(day: string, place: string): Promise<void> {
    const item = asking.value
    if (item) await act(() => report(item, { day, place }), '记下来了')
  }

  async function undo(item: T): Promise<void> {
    const { record_id, reported_day, name } = item
    if (!record_id || !reported_day) return
    const question = `${name}，${shortLabel(reported_day)}`
    if (await confirm('撤销这条记录？', question, '撤销')) {
      await act(() => withdraw(record_id), '已经撤销')
    }
  }

  return { asking, busy, ask, close, write, undo }
}
