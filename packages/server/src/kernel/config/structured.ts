import { existsSync } from 'node:fs'
import type { z } from 'zod'
import type { EntryValue } from './document.ts'
import type { PemFiles } from './pem.ts'
import { pemFiles } from './pem.ts'
import { kindOf } from './problem.ts'
import type { ValueOrigin } from './references.ts'
import { expand, NOT_EXPANDED, refersTo } from './references.ts'
import type { ShapeProblem } from './shape.ts'
import { shapeProblems } from './shape.ts'
import type { Step } from './tree.ts'
import { plainOf, strangeKeys } from './tree.ts'

export type Structured<V> =
  | { readonly ok: true; readonly value: V }
  | { readonly ok: false; readonly problems: readonly ShapeProblem[] }

/** What is at hand when a value of the right shape becomes the one that the program uses. */
export interface Building {
  readonly pem: PemFiles
  /** A file that a value names, by the place where the value stands; a change of it is a change of the configuration. */
  readonly file: (path: string) => NamedFile
  readonly refuse: (steps: readonly Step[], message: string) => void
}

/** A file that is used later, by its name. */
export interface NamedFile {
  /** Absolute. */
  readonly path: string
  readonly isThere: boolean
  /** Changes when the file does. */
  readonly mark: string
}

interface StructuredFields<S extends z.ZodType, V> {
  readonly schema: S
  readonly meaning: string
  /** What a value must be, after the words "must be". */
  readonly expects: string
  /** Whether it is a list; the others are sections, with or without a one-line form. */
  readonly list?: true
  readonly reload: 'live' | 'restart'
  /** A change of a live key that a running server cannot follow. */
  readonly needsRestart?: (started: V, now: V) => boolean
  /** What its one-line form must be: the only one that environment and flags can give. */
  readonly oneLine?: string
  /** The fields in which `${env:NAME}` and `${file:PATH}` are expanded. */
  readonly isSecret?: (steps: readonly Step[]) => boolean
  readonly build: (parsed: z.output<S>, building: Building) => V
  /** What may be printed of it, besides that secrets print as `[secret]`. */
  readonly shown?: (value: V) => unknown
  readonly suggest?: (raw: unknown) => string | undefined
}

/** A key whose value has fields of its own. */
export interface StructuredRow<S extends z.ZodType, V> {
  readonly schema: S
  readonly meaning: string
  readonly expects: string
  readonly list: boolean
  readonly reload: 'live' | 'restart'
  /** Null: it can be written in the file only. */
  readonly oneLine: string | null
  /** The value when nothing is written. */
  readonly absent: V
  readonly needsRestart: (started: unknown, now: unknown) => boolean
  readonly shown: (value: unknown) => unknown
  readonly read: (value: EntryValue, origin: ValueOrigin) => Structured<V>
}

/** Most targets, and most rules. */
export const MOST_ENTRIES = 500

export function structured<S extends z.ZodType, V>(fields: StructuredFields<S, V>): StructuredRow<S, V> {
  const { schema, meaning, expects, reload, needsRestart, shown } = fields
  const nothingAround = { env: {}, directory: '/', files: new Map<string, string>() }
  return {
    schema: schema.describe(meaning),
    meaning,
    expects,
    list: fields.list ?? false,
    reload,
    oneLine: fields.oneLine ?? null,
    absent: fields.build(
      schema.parse(undefined),
      buildingAt(nothingAround, () => {}),
    ),
    // These take what `read` or `absent` gave for this very key.
    needsRestart: (started, now) => needsRestart?.(started as V, now as V) ?? false,
    shown: (value) => (shown ? shown(value as V) : value),
    read: (value, origin) => read(fields, value, origin),
  }
}

function read<S extends z.ZodType, V>(
  fields: StructuredFields<S, V>,
  value: EntryValue,
  origin: ValueOrigin,
): Structured<V> {
  const problems: ShapeProblem[] = strangeKeys(value)
  const refuse = (steps: readonly Step[], message: string): void => {
    problems.push({ steps, of: 'value', message })
  }
  const written = plainOf(value)
  // A list or section whose lines are all commented out is empty, not wrong.
  const raw = written === null && fields.oneLine === undefined ? undefined : written
  const wrong = wrongAsWhole(fields, raw)
  if (wrong !== null) return { ok: false, problems: [wrong] }
  const expanded = expandSecrets({ origin, isSecret: fields.isSecret ?? (() => false), refuse }, raw, [])
  const parsed = fields.schema.safeParse(expanded)
  if (!parsed.success) problems.push(...shapeProblems(fields.schema, expanded, parsed.error.issues))
  if (!parsed.success || problems.length > 0) return { ok: false, problems: firstPerPlace(problems) }
  const built = fields.build(parsed.data, buildingAt(origin, refuse))
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: built }
}

function buildingAt(origin: ValueOrigin, refuse: Building['refuse']): Building {
  return {
    pem: pemFiles(origin),
    refuse,
    file(path) {
      const absolute = refersTo(path, origin)
      const mark = origin.files.get(absolute) ?? ''
      return { path: absolute, isThere: existsSync(absolute), mark }
    },
  }
}

/** A value of the wrong kind gets one sentence about the whole, not one about each form that it could have had. */
function wrongAsWhole<S extends z.ZodType, V>(
  { schema, list, oneLine, expects, suggest }: StructuredFields<S, V>,
  raw: unknown,
): ShapeProblem | null {
  if (raw === undefined) return null
  const whole = { steps: [], of: 'value' } as const
  const isCollection = typeof raw === 'object' && raw !== null
  if (isCollection && Array.isArray(raw) === (list ?? false)) {
    const isTooLong = Array.isArray(raw) && raw.length > MOST_ENTRIES
    return isTooLong ? { ...whole, message: `must have at most ${MOST_ENTRIES} entries` } : null
  }
  const isReference = typeof raw === 'string' && raw.includes('${')
  if (!isCollection && oneLine !== undefined && (isReference || schema.safeParse(raw).success)) return null
  return { ...whole, message: `must be ${expects}, not ${kindOf(raw)}`, suggestion: suggest?.(raw) }
}

/** A reference that names nothing is one mistake: what its text would have looked like is not judged as well. */
function firstPerPlace(problems: readonly ShapeProblem[]): readonly ShapeProblem[] {
  const seen = new Set<string>()
  return problems.filter(({ steps, at }) => {
    const place = JSON.stringify([steps, at])
    return !seen.has(place) && seen.add(place)
  })
}

interface Expanding {
  readonly origin: ValueOrigin
  readonly isSecret: (steps: readonly Step[]) => boolean
  readonly refuse: (steps: readonly Step[], message: string) => void
}

function expandSecrets(expanding: Expanding, value: unknown, steps: readonly Step[]): unknown {
  if (Array.isArray(value)) return value.map((item, at) => expandSecrets(expanding, item, [...steps, at]))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, expandSecrets(expanding, inner, [...steps, key])]),
    )
  }
  if (typeof value !== 'string' || !value.includes('${')) return value
  if (!expanding.isSecret(steps)) {
    expanding.refuse(steps, NOT_EXPANDED)
    return value
  }
  const expanded = expand(value, expanding.origin)
  if (expanded.ok) return expanded.value
  expanding.refuse(steps, expanded.message)
  return value
}
