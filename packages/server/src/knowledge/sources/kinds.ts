import type { SourceOrigin } from '@freehold/contract/sources.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import { folderSource } from './folder.ts'
import { gitSource } from './git.ts'
import { imapSource } from './imap.ts'
import { restSource } from './rest.ts'
import { s3Source } from './s3.ts'
import type { Source } from './source.ts'
import { WayOut } from './way-out.ts'
import { webSource } from './web.ts'
import { webdavSource } from './webdav.ts'

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
) => Source

const wayOut = ({ dialler, privateHosts }: KindRooms): WayOut => new WayOut(dialler, privateHosts)

/** One line for each kind. */
const OPENERS: { readonly [K in SourceOrigin['kind']]: Opener<K> } = {
  folder: (from, rooms) => folderSource(from.path, rooms),
  s3: (from, rooms) => s3Source(from, wayOut(rooms), rooms.clock),
  git: (from, rooms) => gitSource(from, wayOut(rooms), rooms.maxFileBytes),
  webdav: (from, rooms) => webdavSource(from, wayOut(rooms), rooms.maxFileBytes),
  imap: (from, rooms) => imapSource(from, wayOut(rooms), rooms.maxFileBytes),
  web: (from, rooms) => webSource(from, { ...rooms, way: wayOut(rooms) }),
  rest: (from, rooms) => restSource(from, wayOut(rooms), rooms.clock),
}

export function openSource<K extends SourceOrigin['kind']>(
  from: Extract<SourceOrigin, { kind: K }>,
  rooms: KindRooms,
): Source {
  // The opener of a kind takes what is of that kind.
  return (OPENERS[from.kind] as Opener<K>)(from, rooms)
}
