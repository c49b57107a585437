import { hash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import { createDialler } from '../kernel/dialler/dialler.ts'
import { Secret } from '../kernel/secret.ts'
import type { TrustedStore } from '../skills/catalogue/trusted-store.ts'
import { trustedFiles } from '../skills/catalogue/trusted-store.ts'
import type { PlaceAddress } from '../skills/oci/open-place.ts'
import { openPlace, placeAddress } from '../skills/oci/open-place.ts'
import { SkillRepository } from '../skills/oci/skill-repository.ts'
import { readBytes } from './skill-files.ts'
import type { Terminal } from './terminal.ts'

const text = { type: 'string' } as const
/** How a repository is reached, for every command that reaches one. */
export const PLACE_OPTIONS = {
  ca: text,
  host: { type: 'string', multiple: true },
  state: text,
} as const
export const PLACE_HELP = {
  REPO: 'oci://HOST/PATH of a registry (oci+http:// without TLS), oci-layout:DIRECTORY or tar:FILE',
  '--ca FILE': 'PEM of an authority of your own for the registry',
  '--host HOST':
    'a host that the registry may send us to, for tokens and for what it keeps elsewhere; repeat it for several',
  '--state DIR':
    'where it is kept what was believed last (default: below XDG_STATE_HOME, else ~/.local/state)',
} as const

interface PlaceValues {
  readonly ca?: string | undefined
  readonly host?: readonly string[] | undefined
  readonly state?: string | undefined
}
type Reading = Pick<Terminal, 'cwd' | 'env' | 'data'>

/** The repository at an address; user and password are FREEHOLD_REGISTRY_USER and FREEHOLD_REGISTRY_PASSWORD. @throws Fault */
export async function repositoryAt(
  url: string,
  { ca, host = [] }: PlaceValues,
  { cwd, env }: Pick<Terminal, 'cwd' | 'env'>,
): Promise<SkillRepository> {
  const address = addressOf(url, cwd)
  const [user, password] = [env['FREEHOLD_REGISTRY_USER'], env['FREEHOLD_REGISTRY_PASSWORD']]
  const access = {
    user: user ?? null,
    password: password === undefined ? null : new Secret(password),
    ca: ca === undefined ? null : readBytes(ca, { cwd }).toString('utf8'),
    hosts: host,
  }
  return new SkillRepository(
    await openPlace(address, { dialler: createDialler(), clock: systemClock, access }),
  )
}

/** Runs something with a repository that is closed, and so written, afterwards. @throws Fault */
export async function withRepository<T>(
  repository: SkillRepository,
  act: (repository: SkillRepository) => Promise<T>,
): Promise<T> {
  let done = false
  try {
    const result = await act(repository)
    done = true
    await repository.close()
    return result
  } finally {
    // A tar is written when it is closed: half of what was to be written is not.
    if (!done) await repository.discard()
  }
}

function addressOf(url: string, cwd: string): PlaceAddress {
  const written = placeAddress(url)
  return written.kind === 'registry' ? written : { ...written, path: resolve(cwd, written.path) }
}

/** What was believed of a repository, for the person at this machine. */
export function stateOf(url: string, { state }: PlaceValues, { cwd, env, data }: Reading): TrustedStore {
  const home = env['XDG_STATE_HOME'] || (env['HOME'] ? join(env['HOME'], '.local/state') : data)
  // One place is one repository, however it is written and from wherever.
  const id = hash('sha256', JSON.stringify(addressOf(url, cwd)), 'hex').slice(0, 16)
  const usual = join(home, 'freehold/skill-repositories', id)
  return trustedFiles(state === undefined ? usual : resolve(cwd, state))
}
