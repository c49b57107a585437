import { createHash } from 'node:crypto'
import { dataClass } from '@freehold/contract/data-class.ts'
import { aclInput } from '@freehold/contract/knowledge.ts'
import type { DocumentAcl } from '@freehold/contract/knowledge.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { RestSource } from '@freehold/contract/rest-source.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { pointed, pointedText } from './json-pointer.ts'
import type { Change, Changes, Content, Ending, Source } from './source.ts'
import type { WayOut } from './way-out.ts'
import { requireOk } from './way-out.ts'
import { z } from 'zod'

const PAGE_BYTES = 64 * 1024 * 1024
const DAY_MS = 86_400_000
const EXTENSIONS = { markdown: 'md', html: 'html' } as const

/** `since`: the highest mark that was seen; `wholeAt`: when everything was asked for last. */
const restCursor = z.object({ since: z.string(), wholeAtMs: z.number() })

/** An interface that lists things as JSON. */
export function restSource(definition: RestSource, way: WayOut, clock: Clock): Source {
  return {
    changes: (cursor) => entries({ definition, way, clock }, readCursor(cursor)),
    close: () => way.close(),
  }
}

interface Rooms {
  readonly definition: RestSource
  readonly way: WayOut
  readonly clock: Clock
}

function readCursor(text: string | null): z.output<typeof restCursor> | null {
  return text === null ? null : (restCursor.safeParse(JSON.parse(text)).data ?? null)
}

async function* entries(rooms: Rooms, cursor: z.output<typeof restCursor> | null): Changes {
  const { definition, clock } = rooms
  const { since, maxPages } = definition
  const startedMs = clock.now()
  const isWhole = since === undefined || cursor === null || startedMs - cursor.wholeAtMs >= DAY_MS
  let url: URL | null = new URL(definition.url)
  if (!isWhole) url.searchParams.set(since.parameter, cursor.since)
  let mark = isWhole ? '' : cursor.since
  for (let page = 0; url !== null; page += 1) {
    if (page >= maxPages)
      throw new Fault('too_large', `There are more than the ${maxPages} pages that are read.`, {
        param: 'from.maxPages',
      })
    const answer = await readPage(rooms, url)
    const list = listIn(answer.body, definition.items)
    for (const entry of list) {
      mark = since === undefined ? mark : laterMark(mark, pointedText(entry, since.at))
      yield changeOf(rooms, entry)
    }
    url = nextPage(definition, { url, page, link: answer.link, body: answer.body, count: list.length })
  }
  return ending()

  function ending(): Ending {
    if (since === undefined || mark === '') return { cursor: null, isWhole }
    const wholeAtMs = isWhole ? startedMs : (cursor?.wholeAtMs ?? startedMs)
    return { cursor: JSON.stringify({ since: mark, wholeAtMs }), isWhole }
  }
}

/** Numbers by their size, times and words as they are written. */
function laterMark(one: string, other: string | null): string {
  if (other === null) return one
  if (one === '') return other
  const [left, right] = [Number(one), Number(other)]
  const isLater = Number.isFinite(left) && Number.isFinite(right) ? right > left : other > one
  return isLater ? other : one
}

interface Page {
  readonly body: unknown
  readonly link: string | null
}

async function readPage({ definition, way }: Rooms, url: URL): Promise<Page> {
  // The secret is for the host that the source names, wherever an answer leads.
  if (url.origin !== new URL(definition.url).origin)
    throw new Fault('upstream_refused', 'The next page lies on another host than the first.')
  const { headers, auth, secret } = definition
  const answer = await way.request(url, {
    headers: {
      accept: 'application/json',
      ...headers,
      ...(secret !== undefined && { [auth.header]: `${auth.prefix}${secret}` }),
    },
    mostBytes: PAGE_BYTES,
  })
  requireOk(answer, url)
  const { link } = answer.headers
  return { body: parsed(answer.body, url), link: link === undefined ? null : String(link) }
}

function parsed(bytes: Buffer, url: URL): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new Fault('upstream_broke', `${url.host} did not answer in JSON.`, { cause: error })
  }
}

function listIn(body: unknown, pointer: string): readonly unknown[] {
  const list = pointed(body, pointer)
  if (Array.isArray(list)) return list
  throw new Fault('upstream_broke', 'There is no list where the source says that one is.', {
    param: 'from.items',
  })
}

/** The page after this one; null at the end. */
function nextPage(
  { paging }: RestSource,
  at: Page & { readonly url: URL; readonly page: number; readonly count: number },
): URL | null {
  if (paging === undefined) return null
  if (paging.by === 'link') {
    const next = /<([^>]{1,4096})>\s*;[^,]*\brel="?next\b/i.exec(at.link ?? '')?.[1]
    return next === undefined ? null : URL.parse(next, at.url.href)
  }
  const value =
    paging.by === 'cursor'
      ? pointedText(at.body, paging.at)
      : at.count === 0
        ? null
        : String(paging.first + at.page + 1)
  if (value === null || value === '' || value === 'false') return null
  const next = new URL(at.url)
  if (next.searchParams.get(paging.parameter) === value && paging.by === 'cursor')
    throw new Fault('upstream_broke', 'The list leads from a page to the same page again.')
  next.searchParams.set(paging.parameter, value)
  return next
}

function changeOf(rooms: Rooms, entry: unknown): Change {
  const { map, detail } = rooms.definition
  const id = pointedText(entry, map.id)
  if (id === null || id === '' || id.length > 2048)
    throw new Fault('upstream_broke', 'An entry of the list has no id where the source says that one is.', {
      param: 'from.map.id',
    })
  const gone = map.deleted === undefined ? undefined : pointed(entry, map.deleted)
  if (gone !== undefined && gone !== null && gone !== false && gone !== '') return { change: 'gone', id }
  const title = pointedText(entry, map.title) ?? id
  const stated = classOf(pointedText(entry, map.class))
  const acl = map.acl === undefined ? undefined : aclIn(pointed(entry, map.acl))
  if (stated === 'unknown' || acl === 'unknown') {
    const what = stated === 'unknown' ? 'class' : 'acl'
    const fault = new Fault('invalid', `The source gives a ${what} that is none of ours.`, {
      param: `from.map.${what}`,
    })
    return { change: 'unreadable', id, title, fault }
  }
  const text = pointedText(entry, map.text)
  return {
    change: 'found',
    id,
    version: pointedText(entry, map.version) ?? hashOf(detail === undefined ? `${title}\n${text}` : entry),
    title,
    heldBytes: (text?.length ?? 0) * 2,
    ...(stated !== null && { class: stated }),
    ...(acl !== undefined && { acl }),
    read: async () =>
      contentOf(rooms, { id, title }, detail === undefined ? text : await detailOf(rooms, id)),
  }
}

function classOf(text: string | null): DataClass | 'unknown' | null {
  return text === null ? null : (dataClass.safeParse(text).data ?? 'unknown')
}

/** Where the source says nothing of who may read it, nobody does: that it forgot to say so must not open anything. */
function aclIn(value: unknown): DocumentAcl | 'unknown' {
  if (Array.isArray(value) && value.includes('*')) return null
  const written = Array.isArray(value) ? { groups: value } : (value ?? {})
  const read = aclInput.safeParse(written)
  return read.success ? { ...read.data, self: false } : 'unknown'
}

const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('base64url')

async function detailOf(rooms: Rooms, id: string): Promise<string | null> {
  const { url, detail = '', map } = rooms.definition
  const { body } = await readPage(rooms, new URL(detail.replaceAll('{id}', encodeURIComponent(id)), url))
  return pointedText(body, map.text)
}

function contentOf(
  { definition: { format } }: Rooms,
  { id, title }: { readonly id: string; readonly title: string },
  text: string | null,
): Content {
  if (text === null || text.trim() === '')
    throw new Fault('unreadable_document', 'There is no text where the source says that it is.', {
      param: 'from.map.text',
    })
  if (format === 'text') return { title, text }
  const name = (title || id).replaceAll(/[/\\\p{Cc}]/gu, ' ').slice(0, 200)
  return { fileName: `${name}.${EXTENSIONS[format]}`, bytes: Buffer.from(text) }
}
