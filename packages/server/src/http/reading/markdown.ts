import { escaped } from './escaped.ts'

/**
 * Markdown as a page shows it, of what anybody may have written: a link is its words and its address, an image the address
 * alone, and HTML is text. Every tag is written here and none holds anything of the text, so there is nothing to clean.
 * `cite` writes the mark of a citation; null where there is none of that number.
 */
export function markdownPage(text: string, cite: (n: number) => string | null): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const blocks: string[] = []
  for (let at = 0; at < lines.length;) {
    const { html, next } = blockAt(lines, at, cite)
    if (html !== '') blocks.push(html)
    at = next
  }
  return blocks.join('\n')
}

type Cite = (n: number) => string | null
interface Block {
  readonly html: string
  readonly next: number
}

const FENCE = /^ {0,3}(?:```|~~~)/
const HEADING = /^ {0,3}(#{1,6})\s+(.*)$/
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/
const ITEM = /^( *)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/
const QUOTE = /^ {0,3}>\s?(.*)$/
const ROW = /^\s*\|.*\|\s*$/
const ROW_LINE = /^[\s|:-]*-[\s|:-]*$/

function blockAt(lines: readonly string[], at: number, cite: Cite): Block {
  const line = lines[at] ?? ''
  if (line.trim() === '') return { html: '', next: at + 1 }
  if (FENCE.test(line)) return code(lines, at)
  const heading = HEADING.exec(line)
  if (heading) {
    // The page has the first two levels.
    const level = Math.min((heading[1]?.length ?? 1) + 2, 6)
    return { html: `<h${level}>${inline(heading[2] ?? '', cite)}</h${level}>`, next: at + 1 }
  }
  if (RULE.test(line)) return { html: '<hr>', next: at + 1 }
  if (QUOTE.test(line)) {
    const { taken, next } = take(lines, at, (one) => QUOTE.exec(one)?.[1])
    return { html: `<blockquote>${taken.map((one) => paragraph([one], cite)).join('')}</blockquote>`, next }
  }
  if (ITEM.test(line)) return list(lines, at, cite)
  if (ROW.test(line) && ROW_LINE.test(lines[at + 1] ?? '')) return table(lines, at, cite)
  const { taken, next } = take(lines, at, (one, nth) =>
    nth > 0 && (one.trim() === '' || [FENCE, HEADING, RULE, QUOTE, ITEM].some((sign) => sign.test(one)))
      ? undefined
      : one,
  )
  return { html: paragraph(taken, cite), next }
}

/** The lines from here on, as long as they belong together. */
function take(
  lines: readonly string[],
  at: number,
  read: (line: string, nth: number) => string | undefined,
): { readonly taken: string[]; readonly next: number } {
  const taken: string[] = []
  let next = at
  for (; next < lines.length; next += 1) {
    const one = read(lines[next] ?? '', next - at)
    if (one === undefined) break
    taken.push(one)
  }
  return { taken, next }
}

function code(lines: readonly string[], at: number): Block {
  const sign = (lines[at] ?? '').trim().slice(0, 3)
  const { taken, next } = take(lines, at + 1, (line) => (line.trim().startsWith(sign) ? undefined : line))
  return { html: `<pre><code>${escaped(taken.join('\n'))}</code></pre>`, next: next + 1 }
}

const paragraph = (lines: readonly string[], cite: Cite): string =>
  `<p dir="auto">${lines.map((line) => inline(line, cite)).join('<br>')}</p>`

/** One level: what is deeper is set in a little. */
function list(lines: readonly string[], at: number, cite: Cite): Block {
  const isNumbered = ITEM.exec(lines[at] ?? '')?.[2] !== undefined
  const items: string[] = []
  let next = at
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? ''
    const item = ITEM.exec(line)
    const isDeep = (item?.[1]?.length ?? 0) > 1
    if (item && (isDeep || (item[2] !== undefined) === isNumbered))
      items.push(`<li dir="auto"${isDeep ? ' class="deep"' : ''}>${inline(item[3] ?? '', cite)}</li>`)
    else if (!item && /^ {2,}\S/.test(line) && items.length > 0)
      items.push(`${items.pop()?.slice(0, -'</li>'.length) ?? ''}<br>${inline(line.trim(), cite)}</li>`)
    else break
  }
  const start = isNumbered ? Number(ITEM.exec(lines[at] ?? '')?.[2]) : 1
  const tag = isNumbered ? 'ol' : 'ul'
  return { html: `<${tag}${start === 1 ? '' : ` start="${start}"`}>${items.join('')}</${tag}>`, next }
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replaceAll(/^\||\|$/g, '')
    .split('|')

function table(lines: readonly string[], at: number, cite: Cite): Block {
  const row = (line: string, tag: 'th' | 'td'): string =>
    `<tr>${cellsOf(line)
      .map((cell) => `<${tag} dir="auto">${inline(cell.trim(), cite)}</${tag}>`)
      .join('')}</tr>`
  const { taken, next } = take(lines, at + 2, (line) => (ROW.test(line) ? line : undefined))
  const body = taken.map((line) => row(line, 'td')).join('')
  return {
    html: `<div class="wide"><table><thead>${row(lines[at] ?? '', 'th')}</thead><tbody>${body}</tbody></table></div>`,
    next,
  }
}

/** Patterns stop at their own first sign, so that no text makes them look at anything twice. */
function inline(text: string, cite: Cite): string {
  return text
    .split(/(`[^`]+`)/)
    .map((piece, nth) => (nth % 2 === 1 ? `<code>${escaped(piece.slice(1, -1))}</code>` : words(piece, cite)))
    .join('')
}

const words = (text: string, cite: Cite): string =>
  escaped(text)
    .replaceAll(/!\[([^[\]]*)\]\(([^()\s]*)\)/g, '$1 ($2)')
    .replaceAll(/\[([^[\]]+)\]\(([^()\s]*)\)/g, (_, said: string, address: string) =>
      said === address ? said : `${said} (${address})`,
    )
    .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])/g, '<em>$1</em>')
    .replaceAll(/~~([^~]+)~~/g, '<s>$1</s>')
    .replaceAll(/\[(\d{1,4})\]/g, (mark: string, n: string) => cite(Number(n)) ?? mark)
