import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { groupView, userView } from '@freehold/contract/people.ts'
import type { z } from 'zod'
import type { Client } from './client.ts'
import { UsageError } from './terminal.ts'

export type User = z.output<typeof userView>
export type Group = z.output<typeof groupView>
type Calling = Pick<Client, 'call'>

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
/** One form of a name for comparing, as the server has it. */
const folded = (name: string): string => name.trim().normalize('NFKC').toLowerCase()

export const isNamed = ({ name }: { readonly name: string }, text: string): boolean =>
  folded(name) === folded(text)

export async function allUsers(client: Calling): Promise<User[]> {
  const { method, path, output } = OPERATIONS['user.list']
  return pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
}

export async function allGroups(client: Calling): Promise<Group[]> {
  const { method, path, output } = OPERATIONS['group.list']
  return pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
}

/** The id of somebody who is named by id or name. @throws UsageError where nobody is */
export async function userId(client: Calling, text: string): Promise<string> {
  if (UUID.test(text)) return text
  const found = (await allUsers(client)).find((one) => isNamed(one, text))
  if (found === undefined) throw new UsageError(`nobody is called "${text}". See: freehold user list`)
  return found.id
}

/** The id of a group that is named by id or name. @throws UsageError where there is none */
export async function groupId(client: Calling, text: string): Promise<string> {
  if (UUID.test(text)) return text
  const found = (await allGroups(client)).find((one) => isNamed(one, text))
  if (found === undefined) throw new UsageError(`no group is called "${text}". See: freehold group list`)
  return found.id
}

/** Every page of a list. */
export async function pages<T>(
  read: (query: string) => Promise<{ readonly data: readonly T[]; readonly next: string | null }>,
): Promise<T[]> {
  const all: T[] = []
  let after: string | null = null
  do {
    const query = new URLSearchParams({ limit: '200', ...(after === null ? {} : { after }) })
    const page = await read(query.toString())
    all.push(...page.data)
    after = page.next
  } while (after !== null)
  return all
}

interface Verbs<Act> {
  /** `freehold` and this. */
  readonly command: string
  readonly verbs: Readonly<Record<string, Act>>
  /** The verbs that an option belongs to. */
  readonly belongs: Readonly<Record<string, readonly string[]>>
}

/** What a verb does. @throws UsageError for one that there is not, and for an option of another */
export function actOf<Act>(
  { command, verbs, belongs }: Verbs<Act>,
  verb: string,
  values: Readonly<Record<string, unknown>>,
): Act {
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (act === undefined)
    throw new UsageError(`say what to do: freehold ${command} ${Object.keys(verbs).join(', ')}`)
  for (const [option, owners] of Object.entries(belongs)) {
    const value = values[option]
    if (value !== undefined && value !== false && !owners.includes(verb))
      throw new UsageError(`--${option} belongs to "${owners.join('" or "')}", not "${verb}"`)
  }
  return act
}

/** Exactly so many words after the verb. @throws UsageError */
export function exactly(words: readonly string[], names: readonly string[], after: string): void {
  if (words.length < names.length) throw new UsageError(`freehold ${after} needs ${names.join(' ')}`)
  const stray = words[names.length]
  if (stray !== undefined) throw new UsageError(`unexpected "${stray}" after "freehold ${after}"`)
}

/** `2026-01-31 09:30Z`. */
export const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')}Z`
