/** A drawing as the address of a picture: neither build can show SVG in a page itself. */

/** The bytes of a text in UTF-8; a mini-program has no `TextEncoder`. */
function bytesOf(text: string): Uint8Array {
  const escaped = encodeURIComponent(text)
  const bytes = escaped.match(/%[0-9A-F]{2}|[^%]/g) ?? []
  return Uint8Array.from(bytes, (one) =>
    one.length === 3 ? parseInt(one.slice(1), 16) : one.charCodeAt(0),
  )
}

/** Phones want a size beside the `viewBox`. */
const sized = (svg: string): string =>
  svg.replace(/^<svg ([^>]*viewBox="0 0 (\d+) (\d+)")/, '<svg width="$2" height="$3" $1')

export const addressOf = (svg: string): string =>
  `data:image/svg+xml;base64,${uni.arrayBufferToBase64(bytesOf(sized(svg)).buffer as ArrayBuffer)}`
