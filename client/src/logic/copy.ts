/** A copy of what is kept of her, as she reads it: without what only programs need. */

import type { CopyOfMine, CopyPart } from '@/types'

export function readable(parts: CopyPart[]): CopyPart[] {
  return parts.map((part) => ({
    ...part,
    rows: part.rows.map((row) => row.filter((fact) => fact.text !== '')),
  }))
}

export function asText(copy: CopyOfMine): string {
  const told = readable(copy.parts).map((part) => {
    const rows = part.rows.map((row) => row.map((fact) => `${fact.label}：${fact.text}`).join('\n'))
    return [`【${part.title}】`, ...rows].join('\n\n')
  })
  return [`${copy.hospital} ${copy.made_day}`, ...told, `【不在这里的内容】\n\n${copy.left_out.join('\n')}`].join('\n\n')
}
