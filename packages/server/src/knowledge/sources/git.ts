import { basename } from 'node:path/posix'
import type { SourceOrigin } from '@freehold/contract/sources.ts'
import { Fault } from '../../kernel/fault.ts'
import { GitPack } from './git-pack.ts'
import { notGit, pktLines, pktText } from './pkt-line.ts'
import type { Change, Changes, Source } from './source.ts'
import type { WayOut } from './way-out.ts'
import { basic, requireOk } from './way-out.ts'

type GitOrigin = Extract<SourceOrigin, { kind: 'git' }>

const TALK_BYTES = 16 * 1024 * 1024
const MOST_PACK_BYTES = 256 * 1024 * 1024
const MOST_REDIRECTS = 3
const MOST_LEVELS = 128

interface Rooms {
  readonly from: GitOrigin
  readonly way: WayOut
  readonly maxFileBytes: number
}

/**
 * Files of the newest commit of a branch, by the smart HTTP protocol. Its own client: the program `git` would make
 * connections that nobody checks and would leave the files in plain on the disk.
 */
export function gitSource(from: GitOrigin, way: WayOut, maxFileBytes: number): Source {
  return { changes: (cursor) => files({ from, way, maxFileBytes }, cursor), close: () => way.close() }
}

async function* files(rooms: Rooms, cursor: string | null): Changes {
  const remote = await openRemote(rooms)
  const commit = await newestCommit(rooms, remote)
  if (commit === cursor) return { cursor, isWhole: false }
  const pack = await fetchPack(rooms, remote, commit)
  const tree = /^tree ([\da-f]{40})\n/.exec(pack.object(commit)?.data.toString('latin1') ?? '')?.[1]
  if (tree === undefined) throw new Fault('upstream_broke', 'The repository did not send its commit.')
  const folder = rooms.from.path.replaceAll(/^\/+|\/+$/g, '')
  yield* below({ pack, folder, maxFileBytes: rooms.maxFileBytes }, tree, '', 0)
  return { cursor: commit, isWhole: true }
}

interface Remote {
  /** Without a slash at its end. */
  readonly base: URL
  /** It can leave out large files. */
  readonly filters: boolean
}

const VERSION_2 = { 'git-protocol': 'version=2' }

async function openRemote({ from, way }: Rooms): Promise<Remote> {
  let base = new URL(from.url.replace(/\/+$/, ''))
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const url = new URL(`${base.href}/info/refs?service=git-upload-pack`)
    const headers = { ...basic(from.user, from.secret), ...VERSION_2 }
    const answer = await way.request(url, { headers, mostBytes: TALK_BYTES })
    if (answer.status >= 300 && answer.status < 400) {
      const next = URL.parse(answer.headers.location ?? '', url.href)
      // The secret is for this host.
      if (next?.origin !== base.origin || !next.pathname.endsWith('/info/refs')) throw notGit()
      base = new URL(next.pathname.slice(0, -'/info/refs'.length), next)
      continue
    }
    requireOk(answer, url)
    const said = [...pktLines(answer.body)].filter((line) => typeof line !== 'string').map(textOf)
    if (!said.includes('version 2')) throw notGit()
    if (said.some((line) => line.startsWith('object-format=') && line !== 'object-format=sha1'))
      throw new Fault('not_offered', 'Repositories with SHA-256 cannot be read yet.', { param: 'from.url' })
    return { base, filters: said.some((line) => /^fetch=.*\bfilter\b/.test(line)) }
  }
  throw notGit()
}

const textOf = (line: Buffer): string => line.toString('utf8').replace(/\n$/, '')

async function ask({ from, way }: Rooms, { base }: Remote, body: Buffer, mostBytes: number): Promise<Buffer> {
  const url = new URL(`${base.href}/git-upload-pack`)
  const answer = await way.request(url, {
    method: 'POST',
    headers: {
      ...basic(from.user, from.secret),
      ...VERSION_2,
      'content-type': 'application/x-git-upload-pack-request',
      accept: 'application/x-git-upload-pack-result',
    },
    body,
    mostBytes,
  })
  requireOk(answer, url)
  return answer.body
}

async function newestCommit(rooms: Rooms, remote: Remote): Promise<string> {
  const { branch } = rooms.from
  const ref = branch === undefined ? 'HEAD' : `refs/heads/${branch}`
  const body = pktText('command=ls-refs', '0001', `ref-prefix ${ref}`, '0000')
  for (const line of pktLines(await ask(rooms, remote, body, TALK_BYTES))) {
    if (typeof line === 'string') continue
    const [hash = '', name] = textOf(line).split(' ')
    if (name === ref && /^[\da-f]{40}$/.test(hash)) return hash
  }
  throw new Fault('not_found', 'The repository has no such branch, or no commit yet.', {
    param: 'from.branch',
  })
}

/** Everything of one commit and nothing of its history. */
async function fetchPack(rooms: Rooms, remote: Remote, commit: string): Promise<GitPack> {
  const filter = remote.filters ? [`filter blob:limit=${rooms.maxFileBytes + 1}`] : []
  const wants = ['ofs-delta', 'no-progress', 'deepen 1', ...filter, `want ${commit}`, 'done']
  const body = pktText('command=fetch', '0001', ...wants, '0000')
  const pieces: Buffer[] = []
  let isPack = false
  for (const line of pktLines(await ask(rooms, remote, body, MOST_PACK_BYTES))) {
    if (typeof line === 'string') continue
    if (!isPack) {
      isPack = textOf(line) === 'packfile'
      if (textOf(line).startsWith('ERR ')) throw refused()
    } else if (line[0] === 1) pieces.push(line.subarray(1))
    else if (line[0] === 3) throw refused()
  }
  if (!isPack) throw notGit()
  return GitPack.read(Buffer.concat(pieces))
}

const refused = (): Fault => new Fault('upstream_refused', 'The repository refused to send the commit.')

interface Walk {
  readonly pack: GitPack
  /** Only what is below it; empty for everything. */
  readonly folder: string
  readonly maxFileBytes: number
}

function* below(walk: Walk, tree: string, path: string, level: number): Generator<Change, void, void> {
  const object = walk.pack.object(tree)
  if (object?.type !== 'tree' || level > MOST_LEVELS)
    throw new Fault('upstream_broke', 'The repository did not send all of its folders.')
  for (const { mode, name, hash } of entriesOf(object.data)) {
    const at = path === '' ? name : `${path}/${name}`
    const isInside = walk.folder === '' || `${at}/`.startsWith(`${walk.folder}/`)
    if (mode === '40000') {
      if (isInside || `${walk.folder}/`.startsWith(`${at}/`)) yield* below(walk, hash, at, level + 1)
    } else if (isInside && mode.startsWith('100') && !/(?:^|\/)\./.test(at)) yield fileOf(walk, at, hash)
    // Links and other repositories are left out.
  }
}

function fileOf({ pack }: Walk, path: string, hash: string): Change {
  const title = basename(path)
  return {
    change: 'found',
    id: path,
    version: hash,
    title,
    read() {
      const object = pack.object(hash)
      if (object?.type === 'blob') return Promise.resolve({ fileName: title, bytes: object.data })
      // The one thing that we ask to be left out.
      return Promise.reject(new Fault('too_large', 'The file is larger than what is taken.'))
    },
  }
}

function* entriesOf(data: Buffer) {
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at)
    const zero = data.indexOf(0, space)
    if (space === -1 || zero === -1 || zero + 21 > data.length)
      throw new Fault('upstream_broke', 'A folder of the repository is damaged.')
    yield {
      mode: data.toString('latin1', at, space),
      name: data.toString('utf8', space + 1, zero),
      hash: data.toString('hex', zero + 1, zero + 21),
    }
    at = zero + 21
  }
}
