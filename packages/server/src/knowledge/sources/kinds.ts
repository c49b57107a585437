import type { SourceOrigin } from '@freehold/contract/sources.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import type { Source } from './source.ts'
import { WayOut } from './way-out.ts'

/** What sources of one tenant may use. */
export interface KindRooms {
  readonly dialler: Dialler
  readonly clock: Clock
  readonly folders: readonly string[]
  readonly privateHosts: readonly string[]
  readonly maxFileBytes: number
  readonly signal: AbortSignal
}

type Opener<K extends SourceOrigin['kind']> = (
  from: Extract<SourceOrigin, { kind: K }>,
  rooms: KindRooms,
) => Promise<Source>

const wayOut = ({ dialler, privateHosts }: KindRooms): WayOut => new WayOut(dialler, privateHosts)

/** One line for each kind, loaded when a source of it is first read. */
const OPENERS: { readonly [K in SourceOrigin['kind']]: Opener<K> } = {
  folder: async (from, rooms) => (await import('./folder.ts')).folderSource(from.path, rooms),
  s3: async (from, rooms) => (await import('./s3.ts')).s3Source(from, wayOut(rooms), rooms.clock),
  git: async (from, rooms) => (await import('./git.ts')).gitSource(from, wayOut(rooms), rooms.maxFileBytes),
  webdav: async (from, rooms) =>
    (await import('./webdav.ts')).webdavSource(from, wayOut(rooms), rooms.maxFileBytes),
  imap: async (from, rooms) =>
    (await import('./imap.ts')).imapSource(from, wayOut(rooms), rooms.maxFileBytes),
  web: async (from, rooms) => (await import('./web.ts')).webSource(from, { ...rooms, way: wayOut(rooms) }),
  rest: async (from, rooms) => (await import('./rest.ts')).restSource(from, wayOut(rooms), rooms.clock),
}

export function openSource<K extends SourceOrigin['kind']>(
  from: Extract<SourceOrigin, { kind: K }>,
  rooms: KindRooms,
): Promise<Source> {
  // The opener of a kind takes what is of that kind.
  return (OPENERS[from.kind] as Opener<K>)(from, rooms)
}
