/** Dress for article text: `rich-text` takes no style sheet, so each tag carries its own. Pure. */

const STYLES: Record<string, string> = {
  h1: 'font-size:20px;font-weight:600;line-height:1.5;margin:24px 0 8px',
  h2: 'font-size:19px;font-weight:600;line-height:1.5;margin:24px 0 8px',
  h3: 'font-size:17px;font-weight:600;line-height:1.5;margin:20px 0 6px',
  p: 'margin:0 0 14px;line-height:1.8',
  ul: 'margin:0 0 14px;padding-left:22px',
  ol: 'margin:0 0 14px;padding-left:22px',
  li: 'margin:0 0 6px;line-height:1.8',
  img: 'max-width:100%;height:auto;border-radius:8px',
  table: 'width:100%;border-collapse:collapse;margin:0 0 14px;font-size:15px',
  th: 'border:1px solid #e8e2e0;padding:8px;background:#faf7f6;text-align:left',
  td: 'border:1px solid #e8e2e0;padding:8px',
  blockquote: 'margin:0 0 14px;padding:10px 14px;background:#fbeef1;border-radius:8px',
}

/** Tags that `rich-text` would drop with all they hold, and what stands in for them. */
const STAND_INS: Record<string, string> = { figure: 'div', figcaption: 'p' }

function withStyle(tag: string, name: string, attributes: string): string {
  const house = STYLES[name.toLowerCase()]
  if (!house) return tag
  const own = /\sstyle="([^"]*)"/i.exec(attributes)
  const rest = own ? attributes.replace(own[0], '') : attributes
  return `<${name} style="${house}${own ? `;${own[1]}` : ''}"${rest}>`
}

/** The author's own style wins over the house's; pictures of our own host become absolute. */
export function dress(html: string, host: string): string {
  return html
    .replace(/<(\/?)(figure|figcaption)\b/gi, (_, slash, name) => `<${slash}${STAND_INS[name.toLowerCase()]}`)
    .replace(/<([a-z][a-z0-9]*)((?:\s[^>]*)?)>/gi, withStyle)
    .replace(/(<img\b[^>]*\ssrc=")\/(?!\/)/gi, `$1${host}/`)
}
