import type { Listed } from './targets.ts'
import type { TargetInput } from '@freehold/sdk'
import type { LimitTexts } from '../../account/limits.ts'
import { limitsOf, textsOf } from '../../account/limits.ts'

export const TIMEOUTS = ['connectMs', 'firstByteMs', 'idleMs', 'totalMs'] as const
export type AuthKind = 'none' | 'jwt' | 'apiKey' | 'header'
type TimeoutTexts = Readonly<Partial<Record<(typeof TIMEOUTS)[number], string>>>

/** A target as it is typed in. */
export interface TargetTexts {
  readonly kind: 'model' | 'service'
  readonly name: string
  readonly zone: 'private' | 'managed'
  readonly url: string
  readonly dialect: 'openai' | 'anthropic'
  /** One a line: a name, or `name = its own name there`. */
  readonly models: string
  readonly auth: AuthKind
  readonly audience: string
  readonly header: string
  readonly secret: string
  readonly priceIn: string
  readonly priceOut: string
  readonly maxOutput: string
  readonly images: boolean
  readonly ollama: boolean
  readonly discover: boolean
  readonly desensitise: string
  readonly limits: LimitTexts
  readonly probe: string
  readonly retries: string
  readonly timeouts: TimeoutTexts
  readonly ca: string
  readonly cert: string
  readonly key: string
}

export const NOTHING_TYPED: TargetTexts = {
  kind: 'model',
  name: '',
  zone: 'private',
  url: '',
  dialect: 'openai',
  models: '',
  auth: 'none',
  audience: '',
  header: '',
  secret: '',
  priceIn: '',
  priceOut: '',
  maxOutput: '',
  images: false,
  ollama: false,
  discover: false,
  desensitise: '',
  limits: {},
  probe: '',
  retries: '',
  timeouts: {},
  ca: '',
  cert: '',
  key: '',
}

/** Names, or names and what they are called there. */
export function modelsOf(text: string): readonly string[] | Record<string, string> {
  const lines = text
    .split(/[\n,，]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (!lines.some((line) => line.includes('='))) return [...new Set(lines)]
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=')
      return at < 0 ? [line, line] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    }),
  )
}

const modelsText = (models: Listed['models']): string =>
  models === null
    ? ''
    : Array.isArray(models)
      ? models.join('\n')
      : Object.entries(models)
          .map(([name, own]) => `${name} = ${own}`)
          .join('\n')

const textOf = (value: number | null): string => (value === null ? '' : `${value}`)

/** One that is there, to be edited. Secrets, certificates and time-outs are never told, so they begin empty. */
export const typedOf = (target: Listed): TargetTexts => ({
  ...NOTHING_TYPED,
  kind: target.kind,
  name: target.name,
  zone: target.zone === 'managed' ? 'managed' : 'private',
  url: target.url,
  dialect: target.dialect ?? 'openai',
  models: modelsText(target.models),
  auth: target.auth.kind,
  audience: target.auth.kind === 'jwt' ? (target.auth.name ?? '') : '',
  header: target.auth.kind === 'header' ? (target.auth.name ?? '') : '',
  priceIn: textOf(target.price?.in ?? null),
  priceOut: textOf(target.price?.out ?? null),
  maxOutput: textOf(target.maxOutput),
  images: target.images,
  ollama: target.native === 'ollama',
  discover: target.discover,
  desensitise: target.desensitise ?? '',
  limits: textsOf(target.limits ?? {}),
  probe: target.probe?.path ?? '',
  retries: `${target.retries}`,
})

const numberIn = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text))

function authOf(typed: TargetTexts): TargetInput['auth'] {
  if (typed.auth === 'jwt') return { jwt: { audience: typed.audience.trim() } }
  if (typed.auth === 'apiKey') return { apiKey: typed.secret }
  if (typed.auth === 'header') return { header: { name: typed.header.trim(), value: typed.secret } }
  return undefined
}

/** What the form does not ask for and the target has; what belongs to its zone or dialect only while that stays. */
function keptOf(target: Listed | null, typed: TargetTexts): object {
  if (target === null || target.zone !== typed.zone || target.kind !== typed.kind) return {}
  const { request, response } = target.headers
  const model = {
    ...(target.realtime && { realtime: true }),
    ...(target.streamUsage === false && { streamUsage: false }),
    ...(target.responses !== null && { responses: target.responses }),
    ...(target.maxTokensField !== null && { maxTokensField: target.maxTokensField }),
  }
  return {
    record: target.record,
    ...(request.length + response.length > 0 && { headers: { request, response } }),
    ...(target.kind === 'model' && target.dialect === typed.dialect && typed.dialect === 'openai' && model),
  }
}

function timeoutsOf(typed: TargetTexts): TargetInput['timeouts'] {
  const said = TIMEOUTS.flatMap((name) => {
    const value = numberIn(typed.timeouts[name] ?? '')
    return value === undefined ? [] : [[name, value] as const]
  })
  return said.length === 0 ? undefined : Object.fromEntries(said)
}

/** The target to be put. What is no number comes out as none, and the server refuses it by its name. */
export function targetOf(typed: TargetTexts, before: Listed | null = null): TargetInput {
  const auth = authOf(typed)
  const timeouts = timeoutsOf(typed)
  const retries = numberIn(typed.retries)
  const tls = {
    ...(typed.ca.trim() !== '' && { ca: typed.ca }),
    ...(typed.cert.trim() !== '' && { cert: typed.cert }),
    ...(typed.key.trim() !== '' && { key: typed.key }),
  }
  const common = {
    ...keptOf(before, typed),
    name: typed.name.trim(),
    zone: typed.zone,
    url: typed.url.trim(),
    ...(auth !== undefined && { auth }),
    ...(Object.keys(tls).length > 0 && { tls }),
    ...(timeouts !== undefined && { timeouts }),
    ...(typed.probe.trim() !== '' && { probe: { ...before?.probe, path: typed.probe.trim() } }),
    ...(typed.zone === 'managed' && typed.desensitise !== '' && { desensitise: typed.desensitise }),
    ...(retries !== undefined && { retries }),
  }
  if (typed.kind === 'service') return { ...common, kind: 'service' }
  const maxOutput = numberIn(typed.maxOutput)
  const limits = limitsOf(typed.limits)
  const isPriced = typed.priceIn.trim() !== '' || typed.priceOut.trim() !== ''
  return {
    ...common,
    kind: 'model',
    dialect: typed.dialect,
    models: modelsOf(typed.models),
    ...(isPriced && { price: { in: Number(typed.priceIn), out: Number(typed.priceOut) } }),
    ...(maxOutput !== undefined && { maxOutput }),
    ...(typed.images && { images: true }),
    ...(typed.discover && { discover: true }),
    ...(typed.ollama && { native: 'ollama' }),
    ...(Object.keys(limits).length > 0 && { limits }),
  }
}
