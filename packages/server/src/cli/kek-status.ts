import { existsSync } from 'node:fs'
import { kekQuery } from '@freehold/contract/kek.ts'
import type { kekStatus as kekStatusView, kekTenant } from '@freehold/contract/kek.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { z } from 'zod'
import { rootKeyPath } from '../store/keys/root-key-file.ts'
import { isProtected } from '../store/keys/root-key-protection.ts'
import type { Client } from './client.ts'
import { UnreachableError } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { alignedTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

export type KekTerminal = Pick<
  Terminal,
  'data' | 'out' | 'err' | 'progress' | 'interactive' | 'signal' | 'env'
> & { readonly client: Pick<Client, 'call'> }

interface Asked {
  readonly tenant?: string | undefined
  readonly count: boolean
  readonly json: boolean
}

type View = z.output<typeof kekStatusView>

/** The keys as the server sees them, or of a server that is stopped the file. @returns 0 @throws UsageError, Fault */
export async function kekStatus({ tenant, count, json }: Asked, terminal: KekTerminal): Promise<number> {
  const query = { ...(tenant !== undefined && { tenant }), ...(count && { count: 'true' as const }) }
  const checked = kekQuery.safeParse(query)
  if (!checked.success) throw new UsageError('--tenant must be the id of a tenant')
  const view = await readAll(terminal.client, query).catch(async (error: unknown) => {
    if (error instanceof UnreachableError && tenant === undefined && !count) return null
    throw error
  })
  const file = view === null ? fileStatus(terminal.data) : fileBeside(view, terminal.data)
  if (json) terminal.out(`${JSON.stringify({ ...file, ...view })}\n`)
  else terminal.out((view === null ? '' : textOf(view)) + (file === null ? '' : fileText(file)))
  return EXIT.ok.code
}

/** One page. */
export async function readKek(
  client: Pick<Client, 'call'>,
  query: Readonly<Record<string, string>>,
): Promise<View> {
  const { method, path, output } = OPERATIONS['kek.status']
  return output.parse(await client.call(method, `${path}?${new URLSearchParams(query).toString()}`))
}

async function readAll(
  client: Pick<Client, 'call'>,
  query: Readonly<Record<string, string>>,
): Promise<Omit<View, 'next'>> {
  const { next: first, ...whole } = await readKek(client, query)
  const data = [...whole.data]
  for (let after = first; after !== null;) {
    const page = await readKek(client, { ...query, after })
    data.push(...page.data)
    after = page.next
  }
  return { ...whole, data }
}

interface FileStatus {
  readonly path: string
  readonly passphrase: boolean
}

function fileStatus(data: string): FileStatus {
  const path = rootKeyPath(data)
  return { path, passphrase: isProtected(path) }
}

/** Of a server elsewhere, or one whose root key lies elsewhere, there is no file here. */
const fileBeside = ({ root }: Pick<View, 'root'>, data: string): FileStatus | null =>
  root.provider === 'file' && existsSync(rootKeyPath(data)) ? fileStatus(data) : null

const fileText = ({ path, passphrase }: FileStatus): string =>
  `${path} ${passphrase ? 'is protected by a passphrase' : 'has no passphrase'}.\n`

function textOf(view: Omit<View, 'next'>): string {
  const { root, nextRoot, activeRoot, leftToMove } = view
  const active = nextRoot?.id === activeRoot ? nextRoot : root
  const lines = [`Root key: ${active.provider}, ${active.id}.`]
  if (nextRoot !== null && active === root)
    lines.push(`To move to ${nextRoot.provider}, ${nextRoot.id}: freehold kek rotate --root.`)
  if (leftToMove > 0) lines.push(`Tenants with keys under another root key: ${leftToMove}.`)
  const rows = view.data.flatMap(rowsOf)
  const table = alignedTable(
    [['TENANT', 'VERSION', 'MADE', 'STATE', 'DATA KEYS', 'ROOT KEY'], ...rows],
    ['VERSION', 'DATA KEYS'],
  )
  return `${lines.join('\n')}\n${table}`
}

function rowsOf({
  tenant,
  home,
  shreddedAt,
  versions,
  rewrap,
}: z.output<typeof kekTenant>): readonly string[][] {
  const name = home ? `${tenant} (home)` : tenant
  if (shreddedAt !== null) return [[name, '', '', `destroyed ${day(shreddedAt)}`, '', '']]
  if (versions.length === 0) return [[name, '', '', 'no key yet', '', '']]
  return versions.map((one, at) => {
    const isNewest = at === versions.length - 1
    const walk =
      rewrap?.state === 'walking' && isNewest ? `, ${rewrap.seen} of ${rewrap.total} data keys looked at` : ''
    return [
      name,
      String(one.version),
      day(one.createdAt),
      isNewest ? `seals${walk}` : 'opens only',
      one.dataKeys === null ? '' : String(one.dataKeys),
      one.rootKey,
    ]
  })
}

const day = (moment: string): string => moment.slice(0, 10)
