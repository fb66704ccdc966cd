/** H5 on a computer: whatever acts can be reached with Tab and pressed with Enter or Space. */

const ACTS = '[role=button],[role=checkbox],[role=switch],[role=tab],[role=radio],[role=link]'

function makeReachable(root: ParentNode): void {
  root.querySelectorAll(ACTS).forEach((element) => {
    if (!element.hasAttribute('tabindex')) element.setAttribute('tabindex', '0')
  })
}

function press(event: KeyboardEvent): void {
  const target = event.target as HTMLElement
  if ((event.key === 'Enter' || event.key === ' ') && target.matches(ACTS)) {
    event.preventDefault()
    target.click()
  }
}

export function watchKeyboard(page: Document): void {
  new MutationObserver(() => makeReachable(page)).observe(page, { childList: true, subtree: true })
  page.addEventListener('keydown', press)
}
