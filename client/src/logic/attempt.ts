/** One key per wish to book, kept until the server has answered, so that asking twice books once. */

interface Attempt {
  slotId: string
  itemKey: string | null
  key: string
}

/** 128 random bits as hexadecimal; a mini-program has no synchronous `crypto`. */
function newKey(): string {
  return Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('')
}

let open: Attempt | null = null

/** The unanswered attempt for the same place and item, or a fresh one. */
export function attemptFor(slotId: string, itemKey: string | null): Attempt {
  if (open?.slotId !== slotId || open.itemKey !== itemKey) open = { slotId, itemKey, key: newKey() }
  return open
}

/** The server has said yes or no: the next attempt gets a new key. */
export function answered(): void {
  open = null
}
