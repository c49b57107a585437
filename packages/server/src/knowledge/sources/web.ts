import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceOrigin } from '@freehold/contract/sources.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Robots } from './robots.ts'
import { EVERYTHING, NOTHING, readRobots } from './robots.ts'
import type { Change, Changes, Source } from './source.ts'
import type { WayOut } from './way-out.ts'
import { USER_AGENT } from './way-out.ts'
import { normal, readPage } from './web-page.ts'

type WebOrigin = Extract<SourceOrigin, { kind: 'web' }>

const ROBOTS_BYTES = 512 * 1024
const MOST_REDIRECTS = 5
const LONGEST_URL = 2000
/** So many pages in a row that could not be reached, and the place itself is away. */
const MOST_IN_A_ROW = 3
const EXTENSIONS: Readonly<Record<string, string>> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'text/csv': 'csv',
  'application/json': 'json',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/x-zip-compressed': 'zip',
  'message/rfc822': 'eml',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
}

export interface WebRooms {
  readonly way: WayOut
  readonly maxFileBytes: number
  readonly signal: AbortSignal
}

/** Pages that can be reached by links from where it starts. */
export function webSource(from: WebOrigin, rooms: WebRooms): Source {
  return { changes: () => new Crawl(from, rooms).run(), close: () => rooms.way.close() }
}

interface Waiting {
  readonly url: URL
  readonly depth: number
}

class Crawl {
  readonly #from: WebOrigin
  readonly #rooms: WebRooms
  readonly #hosts: ReadonlySet<string>
  readonly #robots = new Map<string, Promise<Robots>>()
  /** When each host may be asked again. */
  readonly #turns = new Map<string, number>()
  readonly #met = new Set<string>()
  readonly #kept = new Set<string>()
  #queue: Waiting[] = []
  #unreached = 0
  #isWhole = true

  constructor(from: WebOrigin, rooms: WebRooms) {
    this.#from = from
    this.#rooms = rooms
    this.#hosts = new Set([...from.hosts, ...from.start.map((start) => new URL(start).host)])
  }

  async *run(): Changes {
    for (const start of this.#from.start) this.#meet(new URL(start), 0)
    let pages = 0
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if (pages >= this.#from.maxPages) {
        // What lies beyond the limit today may have been within it yesterday: it is not looked for any more.
        break
      }
      pages += 1
      const change = await this.#visit(next)
      if (change !== null) yield change
    }
    return { cursor: null, isWhole: this.#isWhole }
  }

  #meet(url: URL, depth: number): void {
    const { href } = normal(url)
    if (depth > this.#from.depth || href.length > LONGEST_URL || this.#met.has(href)) return
    if (!this.#isAllowed(url)) return
    this.#met.add(href)
    this.#queue.push({ url: new URL(href), depth })
  }

  #isAllowed({ protocol, host, hostname }: URL): boolean {
    if (protocol !== 'https:' && protocol !== 'http:') return false
    if (this.#hosts.has(host) || this.#hosts.has(hostname)) return true
    return [...this.#hosts].some((one) => one.startsWith('*.') && hostname.endsWith(one.slice(1)))
  }

  async #visit({ url, depth }: Waiting): Promise<Change | null> {
    try {
      const reached = await this.#follow(url)
      this.#unreached = 0
      return reached && this.#read(reached, depth)
    } catch (error) {
      if (!(error instanceof Fault) || error.code === 'draining') throw error
      const isAway = error.code === 'upstream_down' || error.code === 'upstream_timeout'
      if (!isAway && error.code !== 'too_large') throw error
      if (isAway && (depth === 0 || (this.#unreached += 1) >= MOST_IN_A_ROW)) throw error
      // What is linked from here only was not found, which does not say that it is gone.
      this.#isWhole = false
      return { change: 'unreadable', id: url.href, title: url.href, fault: error }
    }
  }

  /** Where a page is in the end; null where it is not, or may not be read. */
  async #follow(start: URL): Promise<{ readonly url: URL; readonly answer: WholeAnswer } | null> {
    let url = start
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const robots = await this.#robotsOf(url)
      if (!robots.mayRead(url.pathname + url.search)) return null
      await this.#turn(url, robots.delayMs)
      const answer = await this.#rooms.way.request(url, {
        headers: { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.5' },
        mostBytes: this.#rooms.maxFileBytes,
      })
      const { status, headers } = answer
      if (status === 408 || status === 429 || status >= 500)
        throw new Fault('upstream_down', `${url.host} answered ${status}.`)
      if (status < 300 || status >= 400) return status < 300 ? { url, answer } : null
      const next = URL.parse(headers.location ?? '', url.href)
      if (next === null || !this.#isAllowed(next)) return null
      url = normal(next)
    }
    return null
  }

  #read({ url, answer }: { readonly url: URL; readonly answer: WholeAnswer }, depth: number): Change | null {
    this.#met.add(url.href)
    if (this.#kept.has(url.href)) return null
    const type = /^[^;\s]*/.exec(answer.headers['content-type'] ?? '')?.[0].toLowerCase() ?? ''
    const extension = EXTENSIONS[type]
    if (extension === undefined || answer.body.length === 0) return null
    const page = extension === 'html' ? readPage(answer.body.toString('utf8'), url) : null
    for (const link of page?.links ?? []) this.#meet(new URL(link), depth + 1)
    const isClosed = /\b(?:noindex|none)\b/i.test(String(answer.headers['x-robots-tag'] ?? ''))
    if (page?.mayKeep === false || isClosed) return null
    this.#kept.add(url.href)
    const name = nameOf(url).replace(/\.(?:html?|xhtml|php|aspx?|jsp)$/i, '')
    const fileName = name.toLowerCase().endsWith(`.${extension}`) ? name : `${name}.${extension}`
    return {
      change: 'found',
      id: url.href,
      version: createHash('sha256').update(answer.body).digest('base64url'),
      title: page?.title || name,
      sizeBytes: answer.body.length,
      heldBytes: answer.body.length,
      read: () => Promise.resolve({ fileName, bytes: answer.body }),
    }
  }

  #robotsOf(url: URL): Promise<Robots> {
    const known = this.#robots.get(url.origin)
    if (known) return known
    const asked = this.#askRobots(url)
    this.#robots.set(url.origin, asked)
    return asked
  }

  /** RFC 9309 section 2.3.1: without the file everything is open; where it cannot be had, nothing. */
  async #askRobots(page: URL): Promise<Robots> {
    let url = new URL('/robots.txt', page)
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const { status, headers, body } = await this.#rooms.way.request(url, { mostBytes: ROBOTS_BYTES })
      if (status >= 500 || status === 429)
        throw new Fault('upstream_down', `robots.txt of ${url.host} cannot be had (${status}).`)
      if (status >= 400) return EVERYTHING
      if (status < 300) return readRobots(body.toString('utf8'), USER_AGENT)
      const next = URL.parse(headers.location ?? '', url.href)
      if (next === null || !this.#isAllowed(next)) return NOTHING
      url = next
    }
    return NOTHING
  }

  async #turn(url: URL, delayMs: number): Promise<void> {
    const pauseMs = Math.max(this.#from.pauseMs, delayMs)
    const now = performance.now()
    const at = Math.max(now, this.#turns.get(url.host) ?? 0)
    this.#turns.set(url.host, at + pauseMs)
    if (at <= now) return
    await sleep(at - now, undefined, { signal: this.#rooms.signal }).catch(() => {
      throw new Fault('draining', 'The run was ended.')
    })
  }
}

function nameOf(url: URL): string {
  const last = url.pathname.split('/').findLast((part) => part !== '')
  try {
    return decodeURIComponent(last ?? url.hostname).replaceAll(/[/\\\p{Cc}]/gu, ' ')
  } catch {
    return last ?? url.hostname
  }
}
