/** What another page would like the booking page to open with: a tab cannot be given a query. */

export interface Wish {
  care?: string
  item?: string
  mine?: boolean
}

let left: Wish | null = null

export function wishFor(wish: Wish): void {
  left = wish
  uni.switchTab({ url: '/pages/booking/index' })
}

/** Hand the wish over, once. */
export function takeWish(): Wish | null {
  const wish = left
  left = null
  return wish
}
