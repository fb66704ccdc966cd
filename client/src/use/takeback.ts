/** Taking back a measurement that was written down wrong. */

import { longLabel } from '@/logic/days'
import { confirm, say, tell } from '@/use/talk'

export interface MeasuredRow {
  key: string
  recordId: string | null
  day: string
  value: string
  note: string
}

export function useTakeBack(
  withdraw: (recordId: string) => Promise<unknown>,
  load: () => Promise<void>,
) {
  return async (row: MeasuredRow): Promise<void> => {
    if (!row.recordId) return
    if (!(await confirm('撤销这条记录？', `${longLabel(row.day)}，${row.value}`, '撤销'))) return
    try {
      await withdraw(row.recordId)
      say('已经撤销')
    } catch (error) {
      tell(error)
    }
    await load()
  }
}
