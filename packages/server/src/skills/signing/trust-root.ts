import { skillName } from '@freehold/contract/skill-permissions.ts'
import { parse } from 'yaml'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { parseInput } from '../../kernel/input.ts'
import type { PublicKey } from './signing-key.ts'
import { readPublicKey } from './signing-key.ts'

/** How much must be proven before a skill is installed, from the least. */
export const LEVELS = ['dev', 'signed', 'certified'] as const
export type Level = (typeof LEVELS)[number]
export const INSTALL_POLICY: Level = 'certified'
export const atLeast = (level: Level, wanted: Level): boolean =>
  LEVELS.indexOf(level) >= LEVELS.indexOf(wanted)

/** Keys, so many of which must have signed. */
export interface Keyholder {
  readonly threshold: number
  /** By their ids. */
  readonly keys: ReadonlyMap<string, PublicKey>
}

export interface Publisher extends Keyholder {
  readonly name: string
  /** `acme` is the name acme and all that begin with acme-; `*` all names that no other publisher has. */
  readonly prefixes: readonly string[]
}

/** Whom this installation believes, and about what. */
export interface TrustRoot {
  readonly minimum: Level
  /** Whose signatures the first root of a catalogue needs; null: no catalogue is read. */
  readonly root: (Keyholder & { readonly version: number }) | null
  readonly publishers: readonly Publisher[]
  readonly certifiers: readonly (Keyholder & { readonly name: string })[]
}

const holder = {
  threshold: z.int().min(1).max(16).default(1),
  keys: z.array(z.string().max(64)).min(1).max(16),
}
const trustShape = z.strictObject({
  version: z.literal(1),
  minimum: z.enum(LEVELS).default('dev'),
  root: z.strictObject({ ...holder, version: z.int().min(1).default(1) }).optional(),
  publishers: z
    .array(
      z.strictObject({
        name: skillName,
        prefixes: z
          .array(z.union([skillName, z.literal('*')]))
          .min(1)
          .max(64),
        ...holder,
      }),
    )
    .max(500)
    .default([]),
  certifiers: z
    .array(z.strictObject({ name: skillName, ...holder }))
    .max(64)
    .default([]),
})
export type TrustFile = z.input<typeof trustShape>

/** A trust root as YAML. @throws Fault `invalid` that names the field */
export function readTrust(text: string): TrustRoot {
  let written: unknown
  try {
    written = parse(text, { maxAliasCount: 0, logLevel: 'error' })
  } catch (error) {
    throw new Fault('invalid', 'The trust root is no YAML.', { param: 'trust', cause: error })
  }
  const { minimum, root, publishers, certifiers } = parseInput(trustShape, written)
  requireDistinct(
    publishers.map(({ name }) => name),
    'publishers',
    'name',
  )
  requireDistinct(
    publishers.flatMap(({ prefixes }) => prefixes),
    'publishers',
    'prefix',
  )
  requireDistinct(
    certifiers.map(({ name }) => name),
    'certifiers',
    'name',
  )
  return {
    minimum,
    root: root === undefined ? null : { version: root.version, ...holderOf(root, 'root') },
    publishers: publishers.map((one, at) => {
      const { threshold, keys } = holderOf(one, `publishers[${at}]`)
      return { name: one.name, prefixes: one.prefixes, threshold, keys }
    }),
    certifiers: certifiers.map((one, at) => {
      const { threshold, keys } = holderOf(one, `certifiers[${at}]`)
      return { name: one.name, threshold, keys }
    }),
  }
}

function requireDistinct(values: readonly string[], param: string, what: string): void {
  const again = values.find((value, at) => values.indexOf(value) !== at)
  if (again !== undefined)
    throw new Fault('invalid', `${param}: the ${what} ${again} stands there twice.`, { param })
}

function holderOf(
  { threshold, keys }: { readonly threshold: number; readonly keys: readonly string[] },
  param: string,
): Keyholder {
  const read = new Map(
    keys.map((text, at) => {
      try {
        const key = readPublicKey(text)
        return [key.id, key] as const
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        throw new Fault('invalid', `${param}.keys[${at}]: ${error.message}`, { param, cause: error })
      }
    }),
  )
  // One key twice must not make two signatures of one.
  if (read.size < keys.length)
    throw new Fault('invalid', `${param}.keys: one key stands there twice.`, { param })
  if (threshold > keys.length)
    throw new Fault('invalid', `${param}.threshold: there are only ${keys.length} keys.`, { param })
  return { threshold, keys: read }
}

/** Whose name it is: of all prefixes that fit, the longest decides. */
export function ownerOf({ publishers }: Pick<TrustRoot, 'publishers'>, name: string): Publisher | null {
  const fitting = publishers.flatMap((publisher) =>
    publisher.prefixes
      .filter((prefix) => prefix === '*' || name === prefix || name.startsWith(`${prefix}-`))
      .map((prefix) => ({ publisher, length: prefix === '*' ? 0 : prefix.length })),
  )
  return fitting.sort((a, b) => b.length - a.length)[0]?.publisher ?? null
}
