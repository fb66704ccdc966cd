/** Numbers as people type them. Pure. */

const AMOUNT = /^\d{1,5}(\.\d{1,2})?$/

/** The number in a field, 0 when it cannot be read; a full stop may be Chinese or a comma. */
export function amountIn(text: string): number {
  const plain = text.trim().replace(/[，,。．]/, '.')
  return AMOUNT.test(plain) ? Number(plain) : 0
}
