import { Parser } from 'htmlparser2'

/** What a page says of itself, and where it leads. */
export interface PageSeen {
  readonly title: string
  readonly links: readonly string[]
  readonly mayKeep: boolean
}

const MOST_LINKS = 5000

/** Links of a page, absolute and without fragments; those that say not to be followed are left out. */
export function readPage(html: string, url: URL): PageSeen {
  const links = new Set<string>()
  let base = url.href
  let title = ''
  let isTitle = false
  const robots = { index: true, follow: true }
  const parser = new Parser({
    onopentag(name, { href, rel, content, ...attributes }) {
      if (name === 'title' && title === '') isTitle = true
      else if (name === 'base' && href !== undefined) base = URL.parse(href, url.href)?.href ?? base
      else if (name === 'meta' && /^(?:robots|freehold)$/i.test(attributes['name'] ?? '')) {
        if (/\b(?:noindex|none)\b/i.test(content ?? '')) robots.index = false
        if (/\b(?:nofollow|none)\b/i.test(content ?? '')) robots.follow = false
      } else if (
        (name === 'a' || name === 'area') &&
        href !== undefined &&
        !/\bnofollow\b/i.test(rel ?? '')
      ) {
        const link = URL.parse(href, base)
        if (link && links.size < MOST_LINKS) links.add(normal(link).href)
      }
    },
    ontext(text) {
      if (isTitle) title += text
    },
    onclosetag(name) {
      if (name === 'title') isTitle = false
    },
  })
  parser.end(html)
  return {
    title: title.replaceAll(/\s+/g, ' ').trim(),
    links: robots.follow ? [...links] : [],
    mayKeep: robots.index,
  }
}

/** One spelling of what is one page. */
export function normal(url: URL): URL {
  const one = new URL(url)
  one.hash = ''
  return one
}
