import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import {
  type OpenStore,
  openStore,
  type StoreEvent,
  type StoreOptions,
} from '../../packages/server/src/store/open.ts'

/** A data directory of its own, short enough for a socket, gone after the test. */
export function throwAwayDirectory(t: { after(fn: () => void): void }): string {
  const data = mkdtempSync(join(tmpdir(), 'fh-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  return data
}

export interface OpenedStore extends OpenStore {
  readonly data: string
  readonly events: readonly StoreEvent[]
  /** Resolves with the next event of this name that was not yet awaited. */
  next(name: StoreEvent['event']): Promise<StoreEvent>
}

/** Opens a store on a PostgreSQL of its own. The test closes it. */
export async function openTestStore(
  data: string,
  options: Partial<Omit<StoreOptions, 'data' | 'onEvent'>> = {},
): Promise<OpenedStore> {
  const events: StoreEvent[] = []
  const unseen: StoreEvent[] = []
  const waiting: { readonly name: string; readonly resolve: (event: StoreEvent) => void }[] = []
  const onEvent = (event: StoreEvent): void => {
    events.push(event)
    const index = waiting.findIndex((one) => one.name === event.event)
    if (index === -1) unseen.push(event)
    else waiting.splice(index, 1)[0]?.resolve(event)
  }
  const opened = await openStore({ config: { database: null }, ...options, data, onEvent })
  return {
    ...opened,
    data,
    events,
    next(name) {
      const index = unseen.findIndex((event) => event.event === name)
      const found = index === -1 ? undefined : unseen.splice(index, 1)[0]
      return found ? Promise.resolve(found) : new Promise((resolve) => waiting.push({ name, resolve }))
    },
  }
}

/** A connection as the bootstrap superuser, past every wall; for looking and for breaking things. */
export async function asSuperuser<T>(
  data: string,
  fn: (client: Client) => Promise<T>,
  database = 'freehold',
): Promise<T> {
  const client = new Client({ host: join(data, 'run'), port: 5432, user: 'fh_super', database })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end()
  }
}

/** A second tenant beside the home tenant. */
export async function addTenant(data: string): Promise<string> {
  const { rows } = await asSuperuser(data, (client) =>
    client.query<{ id: string }>('INSERT INTO tenant DEFAULT VALUES RETURNING id'),
  )
  return rows[0]?.id ?? ''
}

/** Pids of the server processes of this data directory that run at the moment; zombies do not. */
export function serverProcesses(data: string): readonly number[] {
  const home = join(data, 'pg')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          readlinkSync(`/proc/${pid}/cwd`) === home && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
        )
      } catch {
        // Ended between the two looks, or no process of ours to look at.
        return false
      }
    })
    .map(Number)
}

/** Sends a signal to the whole server; those of its processes that end meanwhile are no concern. */
export function signalServer(data: string, name: NodeJS.Signals): void {
  for (const pid of serverProcesses(data)) {
    try {
      process.kill(pid, name)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}
