import { isIP } from 'node:net'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { ENTITY_TYPES } from '@freehold/contract/privacy.ts'
import { targetName } from '@freehold/contract/routing.ts'
import { z } from 'zod'
import { scopeOf } from '../dialler/addresses.ts'
import { Secret } from '../secret.ts'
import { isLoopback } from './listen-address.ts'
import { isAddress, requestHeaders } from './remote-keys.ts'
import type { Building } from './structured.ts'
import { structured } from './structured.ts'
import type { Step } from './tree.ts'

/** What is done with a type of a detector's own. */
export type TypeMap = Readonly<Record<string, EntityType | 'ignore'>>

interface Common {
  readonly name: string
  readonly enabled: boolean
  /** Without its word nothing leaves. */
  readonly required: boolean
  /** Types by the detector's names, before those that are known anyway. */
  readonly entities: TypeMap
  /** From here on something is done about what it finds; the rest is dropped. */
  readonly minScore: number
  /** For all texts of one request. */
  readonly timeoutMs: number
}

/** A service that speaks Presidio's `POST /analyze`. */
export interface PresidioSetting extends Common {
  readonly kind: 'presidio'
  /** `/analyze` lies below it. */
  readonly url: string
  readonly languages: readonly string[]
  readonly batch: boolean
  readonly connections: number
  readonly headers: Readonly<Record<string, Secret<string>>>
  /** The operator lets texts go to an address of the internet as they stand. */
  readonly mayBePublic: boolean
  /** PEM text; null: the system's authorities. */
  readonly ca: string | null
}

/** A module of the operator's, in a thread of its own. */
export interface ModuleSetting extends Common {
  readonly kind: 'module'
  /** An absolute path, or the name of a package. */
  readonly module: string
  /** Changes when the file does; empty for a package. */
  readonly mark: string
  readonly memoryMb: number
  /** Until it says that it is ready. */
  readonly startMs: number
}

export type DetectorSetting = PresidioSetting | ModuleSetting

const MOST_DETECTORS = 10
const MOST_MAPPED = 200

const common = {
  name: targetName,
  enabled: z.boolean().default(true),
  required: z.boolean().default(true),
  entities: z
    .record(
      z.string().regex(/^[\w.:-]{1,64}$/, 'must be the name of a type'),
      z.enum([...ENTITY_TYPES, 'ignore']),
    )
    .refine((types) => Object.keys(types).length <= MOST_MAPPED, `must have at most ${MOST_MAPPED} types`)
    .default({}),
  minScore: z.number().min(0.01).max(1).default(0.5),
  timeoutMs: z.int().min(50).max(60_000).default(3000),
}

const presidio = z.strictObject({
  ...common,
  kind: z.literal('presidio'),
  url: z
    .string()
    .max(500)
    .refine(isAddress, 'must be an http or https address without user, query or fragment'),
  languages: z
    .array(
      z.string().regex(/^[A-Za-z]{2,3}(?:-[A-Za-z\d]{2,8}){0,3}$/, 'must be a language such as en or zh'),
    )
    .min(1)
    .max(8)
    .default(['en']),
  batch: z.boolean().default(false),
  connections: z.int().min(1).max(64).default(4),
  headers: requestHeaders,
  publicAddress: z.literal('allow').optional(),
  tls: z.strictObject({ ca: z.string().min(1).max(4096) }).optional(),
})

const MODULE = /^(?:\.{0,2}\/[^\0]+|(?:@[a-z\d][\w.-]*\/)?[a-z\d][\w.-]*)$/

const moduleDetector = z.strictObject({
  ...common,
  kind: z.literal('module'),
  module: z
    .string()
    .max(1024)
    .regex(MODULE, 'must be a path that begins with ./, ../ or /, or the name of a package'),
  memoryMb: z.int().min(16).max(16_384).default(512),
  startMs: z.int().min(100).max(600_000).default(30_000),
})

export const detectorsRow = structured({
  schema: z
    .array(z.discriminatedUnion('kind', [presidio, moduleDetector]))
    .max(MOST_DETECTORS)
    .default([]),
  meaning:
    'Detectors beside the built-in one, which always runs: services that speak the API of Presidio, and modules. What they find is masked as well. With `required` (the default) nothing leaves for a managed target while one cannot be asked.',
  list: true,
  expects: 'a list of detectors, each with name, kind and url or module',
  reload: 'live',
  isSecret: (steps) => {
    const [field, ...more] = steps.filter((step) => typeof step === 'string')
    return field === 'headers' && more.length === 1
  },
  shown: (detectors: readonly DetectorSetting[]) => detectors.map(shownDetector),
  build: buildDetectors,
})

type Written = z.output<typeof presidio> | z.output<typeof moduleDetector>

function buildDetectors(written: readonly Written[], building: Building): readonly DetectorSetting[] {
  const first = new Map<string, number>()
  return written.map((one, at) => {
    const same = first.get(one.name)
    if (same === undefined) first.set(one.name, at)
    else building.refuse([at, 'name'], `is the name of detectors[${same}] already`)
    return one.kind === 'presidio' ? buildPresidio(one, building, at) : buildModule(one, building, at)
  })
}

function buildPresidio(
  { url, publicAddress, tls, headers, ...rest }: z.output<typeof presidio>,
  { pem, refuse }: Building,
  at: Step,
): PresidioSetting {
  const { hostname, protocol } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const isPublic = isIP(host) !== 0 && scopeOf(host) === 'public'
  if (isPublic && publicAddress === undefined) {
    refuse(
      [at, 'url'],
      'is an address of the internet, and texts go there as they stand: write `publicAddress: allow` where that is intended',
    )
  }
  if (publicAddress === 'allow' && protocol === 'http:' && !isLoopback(host)) {
    refuse([at, 'url'], 'needs https where it may be an address of the internet')
  }
  if (tls !== undefined && protocol === 'http:') refuse([at, 'tls'], 'needs an https address')
  const ca = tls === undefined ? null : pem.certificates(tls.ca)
  if (ca?.ok === false) refuse([at, 'tls', 'ca'], ca.message)
  return {
    ...rest,
    url: url.replace(/\/+$/, ''),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), new Secret(value)]),
    ),
    mayBePublic: publicAddress === 'allow',
    ca: ca?.ok ? ca.text : null,
  }
}

function buildModule(
  { module, ...rest }: z.output<typeof moduleDetector>,
  { file, refuse }: Building,
  at: Step,
): ModuleSetting {
  if (!/^\.{0,2}\//.test(module)) return { ...rest, module, mark: '' }
  const found = file(module)
  if (!found.isThere) refuse([at, 'module'], 'names a file that does not exist')
  return { ...rest, module: found.path, mark: found.mark }
}

function shownDetector(setting: DetectorSetting): unknown {
  if (setting.kind === 'presidio') return { ...setting, ca: setting.ca === null ? null : '[PEM]' }
  const { mark: _, ...rest } = setting
  return rest
}
