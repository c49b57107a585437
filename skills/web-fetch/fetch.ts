interface Host {
  fetch(
    url: string,
    options?: object,
  ): Promise<{ status: number; ok: boolean; headers: Record<string, string>; text(): string }>
  readonly settings: Readonly<Record<string, string>>
}

const MOST_CHARACTERS = 40_000
const MOST_LINKS = 100
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

export async function read_page({ path }: { path: string }, host: Host): Promise<object> {
  const answer = await host.fetch(`https://${host.settings['host']}${path}`, {
    headers: { accept: 'text/html, text/plain' },
  })
  if (!answer.ok) throw new Error(`The site answered ${answer.status}.`)
  const body = answer.text()
  if (!/html/i.test(answer.headers['content-type'] ?? 'text/html'))
    return { title: path, text: body.slice(0, MOST_CHARACTERS), links: [] }
  return pageOf(body)
}

function pageOf(html: string): object {
  const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1] ?? ''
  const links: string[] = []
  let text = ''
  let skipped: string | null = null
  // One pass over tags: an opening one that is skipped swallows everything up to its end.
  for (const [, comment, slash, name = '', rest = '', words = ''] of html.matchAll(
    /(<!--[\s\S]*?-->)|<(\/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>|([^<]+|<)/g,
  )) {
    if (comment !== undefined) continue
    const tag = name.toLowerCase()
    if (skipped !== null) {
      if (slash === '/' && tag === skipped) skipped = null
      continue
    }
    if (tag === '') {
      text += words.replaceAll(/\s+/g, ' ')
      continue
    }
    if (slash !== '/' && SKIPPED.has(tag)) {
      skipped = tag
      continue
    }
    const href = tag === 'a' && slash !== '/' ? /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(rest) : null
    const link = decoded(href?.[1] ?? href?.[2] ?? '')
    if (link !== '' && links.length < MOST_LINKS) links.push(link)
    text += slash === '/' ? (BREAKS.has(tag) ? '\n\n' : '') : (BEGINS[tag] ?? (BREAKS.has(tag) ? '\n\n' : ''))
  }
  const tidy = decoded(text)
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
  return { title: decoded(title).trim(), text: tidy.slice(0, MOST_CHARACTERS), links }
}

const SKIPPED: ReadonlySet<string> = new Set([
  'script',
  'style',
  'nav',
  'footer',
  'noscript',
  'template',
  'svg',
  'head',
  'title',
  'iframe',
])
const BREAKS: ReadonlySet<string> = new Set([
  'p',
  'div',
  'section',
  'article',
  'main',
  'ul',
  'ol',
  'table',
  'tr',
  'h1',
  'h2',
  'h3',
  'h4',
  'blockquote',
  'pre',
])
const BEGINS: Readonly<Record<string, string>> = {
  h1: '\n\n# ',
  h2: '\n\n## ',
  h3: '\n\n### ',
  h4: '\n\n#### ',
  li: '\n- ',
  br: '\n',
  td: ' ',
  th: ' ',
}

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
        ? String.fromCodePoint(code)
        : whole
    },
  )
}
