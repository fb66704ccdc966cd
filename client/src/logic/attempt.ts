/** One key per wish, kept until the server has answered, so that asking twice acts once. */

/** 128 random bits as hexadecimal; a mini-program has no synchronous `crypto`. */
function newKey(): string {
  return Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('')
}

const open = new Map<string, string>()

/** The key of the unanswered attempt at the same thing, or a fresh one. */
export function keyFor(wish: string): string {
  const key = open.get(wish) ?? newKey()
  open.set(wish, key)
  return key
}

/** The server has said yes or no: the next attempt gets a new key. */
export function answered(wish: string): void {
  open.delete(wish)
}
