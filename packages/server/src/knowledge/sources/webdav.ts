import { basename } from 'node:path/posix'
import type { SourceOrigin } from '@freehold/contract/sources.ts'
import { Parser } from 'htmlparser2'
import { Fault } from '../../kernel/fault.ts'
import type { Changes, FoundItem, Source } from './source.ts'
import type { WayOut } from './way-out.ts'
import { basic, requireOk } from './way-out.ts'

type WebdavOrigin = Extract<SourceOrigin, { kind: 'webdav' }>

const LISTING_BYTES = 64 * 1024 * 1024
const MOST_LEVELS = 64
const ASKED = Buffer.from(
  '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>' +
    '<resourcetype/><getetag/><getcontentlength/><getlastmodified/></prop></propfind>',
)

interface Rooms {
  readonly root: URL
  readonly way: WayOut
  readonly headers: Readonly<Record<string, string>>
  readonly maxFileBytes: number
}

/** Files below an address of a WebDAV server (RFC 4918), such as Nextcloud. */
export function webdavSource(from: WebdavOrigin, way: WayOut, maxFileBytes: number): Source {
  const root = new URL(from.url)
  if (!root.pathname.endsWith('/')) root.pathname += '/'
  const rooms = { root, way, headers: basic(from.user, from.secret), maxFileBytes }
  return {
    async *changes(): Changes {
      const isWhole = yield* filesBelow(rooms, root, new Set([root.pathname]), 0)
      return { cursor: null, isWhole }
    },
    close: () => way.close(),
  }
}

/** Returns whether every folder could be listed. */
async function* filesBelow(
  rooms: Rooms,
  folder: URL,
  visited: Set<string>,
  level: number,
): AsyncGenerator<FoundItem, boolean, void> {
  if (level > MOST_LEVELS) return false
  const entries = await list(rooms, folder).catch((error: unknown) => {
    const isOfThisFolder = error instanceof Fault && !error.code.startsWith('upstream_')
    if (level > 0 && isOfThisFolder) return null
    throw error
  })
  let isWhole = entries !== null
  for (const entry of entries ?? []) {
    const url = URL.parse(entry.href, folder.href)
    // A server may name only what is its own and below what was asked for.
    if (url?.origin !== rooms.root.origin || !url.pathname.startsWith(folder.pathname)) continue
    if (visited.has(url.pathname)) continue
    visited.add(url.pathname)
    if (entry.isFolder) {
      if (!url.pathname.endsWith('/')) url.pathname += '/'
      visited.add(url.pathname)
      isWhole = (yield* filesBelow(rooms, url, visited, level + 1)) && isWhole
    } else yield fileItem(rooms, url, entry)
  }
  return isWhole
}

function fileItem({ root, way, headers, maxFileBytes }: Rooms, url: URL, entry: Entry): FoundItem {
  const id = decoded(url.pathname.slice(root.pathname.length))
  const sizeBytes = Number(entry.length)
  return {
    change: 'found',
    id,
    version: [entry.etag, entry.length, entry.modified].join(' '),
    title: basename(id),
    ...(entry.length !== '' && Number.isFinite(sizeBytes) && { sizeBytes }),
    async read() {
      const answer = await way.request(url, { headers, mostBytes: maxFileBytes })
      requireOk(answer, url)
      return { fileName: basename(id), bytes: answer.body }
    },
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

async function list({ way, headers }: Rooms, folder: URL): Promise<readonly Entry[]> {
  const answer = await way.request(folder, {
    method: 'PROPFIND',
    headers: { ...headers, depth: '1', 'content-type': 'application/xml; charset=utf-8' },
    body: ASKED,
    mostBytes: LISTING_BYTES,
  })
  requireOk(answer, folder)
  if (answer.status !== 207)
    throw new Fault('upstream_broke', `${folder.host} does not speak WebDAV here.`, { param: 'from.url' })
  return readMultistatus(answer.body.toString('utf8'))
}

export interface Entry {
  readonly href: string
  readonly isFolder: boolean
  readonly etag: string
  readonly length: string
  readonly modified: string
}

const FIELDS: Readonly<Record<string, 'href' | 'etag' | 'length' | 'modified' | 'status'>> = {
  href: 'href',
  getetag: 'etag',
  getcontentlength: 'length',
  getlastmodified: 'modified',
  status: 'status',
}

/** What a multistatus lists (RFC 4918 section 13). The parser knows no entities but those of XML itself. */
export function readMultistatus(xml: string): readonly Entry[] {
  const entries: Entry[] = []
  let entry = { href: '', isFolder: false, etag: '', length: '', modified: '' }
  /** Properties count where their propstat says that they were found. */
  let props = { isFolder: false, etag: '', length: '', modified: '', status: '' }
  let text = ''
  const local = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase()
  const parser = new Parser(
    {
      onopentagname(name) {
        text = ''
        const tag = local(name)
        if (tag === 'response') entry = { href: '', isFolder: false, etag: '', length: '', modified: '' }
        if (tag === 'propstat') props = { isFolder: false, etag: '', length: '', modified: '', status: '' }
        if (tag === 'collection') props.isFolder = true
      },
      ontext: (piece) => (text += piece),
      onclosetag(name) {
        const tag = local(name)
        const field = FIELDS[tag]
        if (field === 'href') entry.href ||= text.trim()
        else if (field !== undefined) props[field] = text.trim()
        if (tag === 'propstat' && / 2\d\d /.test(`${props.status} `))
          entry = {
            href: entry.href,
            isFolder: entry.isFolder || props.isFolder,
            etag: props.etag || entry.etag,
            length: props.length || entry.length,
            modified: props.modified || entry.modified,
          }
        if (tag === 'response' && entry.href !== '') entries.push(entry)
        text = ''
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(xml)
  return entries
}
