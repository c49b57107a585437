import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { MOST_POLICIES } from '@freehold/contract/policies.ts'
import type { PolicyProblem } from '@freehold/contract/policy-problems.ts'
import { policyProblemSaid } from '@freehold/contract/policy-problems.ts'
import * as cedar from '@cedar-policy/cedar-wasm/web'
import { cedarProblem, isIdle, saidByCedar } from './cedar-words.ts'
import type { StoredPolicy } from './compiled.ts'
import { compilePolicies, namesIn, policyJson } from './compiled.ts'
import { ExpressionError, refuse } from './expression.ts'
import type { Entity, Value } from './expression.ts'
import { cedarSchema } from './schema.ts'
import type { Piece } from './splitting.ts'
import { placeOf, splitPolicies } from './splitting.ts'

/** What a text of policies says, or what is wrong with it. */
export interface ReadText {
  readonly policies: readonly StoredPolicy[]
  /** Empty where all is well. */
  readonly problems: readonly PolicyProblem[]
  readonly warnings: readonly PolicyProblem[]
}

export interface CedarQuestion {
  readonly principal: Entity
  readonly action: string
  readonly resource: Entity
  readonly context: Readonly<Record<string, Value>>
}

export interface CedarAnswer {
  readonly allowed: boolean
  /** Names of the policies that decided. */
  readonly because: readonly string[]
}

/** Our own package carries it compressed. */
function webAssembly(): Buffer {
  const folder = dirname(fileURLToPath(import.meta.resolve('@cedar-policy/cedar-wasm/web')))
  const bytes = readFileSync(join(folder, 'cedar_wasm_bg.wasm'))
  return bytes.subarray(0, MAGIC.length).equals(MAGIC) ? bytes : brotliDecompressSync(bytes)
}

/** What every WebAssembly begins with. */
const MAGIC = Buffer.from('\0asm')

const SCHEMA = 'freehold'
/** The set that was prepared last takes the place of the one before. */
const ASKED = 'asked'
const NAME = /^[\w.:-]{1,64}$/
const MOST_PROBLEMS = 50

/** Cedar itself: 4 MB of WebAssembly, opened when it is made. One for each thread. */
export class CedarEngine {
  readonly #schema = cedarSchema()

  constructor() {
    cedar.initSync({ module: webAssembly() })
    const made = cedar.preparseSchema(SCHEMA, this.#schema)
    if (made.type === 'failure') throw new Error(`the schema of policies is not one: ${textOf(made.errors)}`)
  }

  /** Reads policies, checks them against the schema, and refuses what cannot be compiled for the data path. */
  read(text: string): ReadText {
    const pieces = splitPolicies(text)
    if (pieces.length > MOST_POLICIES) {
      const { start = 0 } = pieces[MOST_POLICIES] ?? {}
      const [count, most] = [String(pieces.length), String(MOST_POLICIES)]
      return refused({ ...placeOf(text, start), ...policyProblemSaid('too_many', { count, most }) })
    }
    const parsed = pieces.map((piece) => this.#parse(piece, text))
    const checked = this.#validate(pieces, parsed, text)
    const names = new Set<string>()
    const found = pieces.map((piece, at): ReadText => {
      const { json, problems } = parsed[at] ?? { json: null, problems: [] }
      const { problems: wrong, warnings } = checked[at] ?? NOTHING_WRONG
      if (json === null || problems.length + wrong.length > 0)
        return { policies: [], problems: [...problems, ...distinct(wrong)], warnings }
      return stored(json, { at, place: placeOf(text, piece.start), names })
    })
    const problems = found.flatMap((one) => one.problems)
    return {
      policies: problems.length === 0 ? found.flatMap((one) => one.policies) : [],
      problems: problems.slice(0, MOST_PROBLEMS),
      warnings: checked.flatMap((one) => one.warnings).slice(0, MOST_PROBLEMS),
    }
  }

  /** What Cedar decides by all of these; `text` are policies besides. */
  decide(
    policies: readonly StoredPolicy[],
    text: string,
    questions: readonly CedarQuestion[],
  ): readonly CedarAnswer[] {
    const staticPolicies = Object.fromEntries([
      ...splitPolicies(text).map((piece, at) => [`baseline ${this.#nameOf(piece) ?? at + 1}`, piece.text]),
      ...policies.map(({ name, json }) => [`policy ${name}`, json]),
    ])
    const made = cedar.preparsePolicySet(ASKED, { staticPolicies, templates: {}, templateLinks: [] })
    if (made.type === 'failure') throw new Error(`policies cannot be read again: ${textOf(made.errors)}`)
    return questions.map((question) => this.#ask(question))
  }

  #ask({ principal, action, resource, context }: CedarQuestion): CedarAnswer {
    const answer = cedar.statefulIsAuthorized({
      principal: idOf(principal),
      action: { type: 'Action', id: action },
      resource: idOf(resource),
      context: jsonOf(context),
      preparsedPolicySetId: ASKED,
      preparsedSchemaName: SCHEMA,
      validateRequest: true,
      entities: [principal, resource].map((one) => ({
        uid: idOf(one),
        attrs: jsonOf(one.attributes),
        parents: [...one.within].filter((uid) => uid !== one.uid).map(idOfUid),
      })),
    })
    if (answer.type === 'failure') throw new Error(`Cedar does not answer: ${textOf(answer.errors)}`)
    const { decision, diagnostics } = answer.response
    const [failed] = diagnostics.errors
    if (failed) throw new Error(`a policy that was checked fails: ${failed.error.message}`)
    return { allowed: decision === 'allow', because: diagnostics.reason }
  }

  #nameOf({ text }: Piece): string | undefined {
    const answer = cedar.policyToJson(text)
    return answer.type === 'success' ? (answer.json.annotations?.['id'] ?? undefined) : undefined
  }

  #parse(piece: Piece, text: string): Parsed {
    const answer = cedar.policyToJson(piece.text)
    return answer.type === 'success'
      ? { json: answer.json, problems: [] }
      : { json: null, problems: answer.errors.map((error) => placed(error, piece, text)) }
  }

  /** All of them at once, because the schema is read anew for each call. */
  #validate(pieces: readonly Piece[], parsed: readonly Parsed[], text: string): readonly Checked[] {
    const usable = pieces.flatMap(({ text: source }, at) => (parsed[at]?.json ? [[String(at), source]] : []))
    const answer = cedar.validate({
      validationSettings: { mode: 'strict' },
      schema: this.#schema,
      policies: { staticPolicies: Object.fromEntries(usable), templates: {}, templateLinks: [] },
    })
    if (answer.type === 'failure') throw new Error(`policies cannot be checked: ${textOf(answer.errors)}`)
    const errors = Map.groupBy(answer.validationErrors, ({ policyId }) => policyId)
    const warned = Map.groupBy(answer.validationWarnings, ({ policyId }) => policyId)
    return pieces.map((piece, at) => {
      const place = ({ error }: { readonly error: Located }): PolicyProblem => placed(error, piece, text)
      const doubts = warned.get(String(at)) ?? []
      const idle = doubts.filter(({ error }) => isIdle(error.message))
      return {
        problems: [...(errors.get(String(at)) ?? []), ...idle].map(place),
        warnings: doubts.filter((one) => !idle.includes(one)).map(place),
      }
    })
  }
}

interface Parsed {
  /** Null where it is no policy. */
  readonly json: unknown
  readonly problems: readonly PolicyProblem[]
}

type Checked = Omit<ReadText, 'policies'>
const NOTHING_WRONG: Checked = { problems: [], warnings: [] }

const refused = (problem: PolicyProblem): ReadText => ({ policies: [], problems: [problem], warnings: [] })

interface Standing {
  readonly at: number
  readonly place: ReturnType<typeof placeOf>
  /** Of those before it. */
  readonly names: Set<string>
}

/** As it is kept, or why it is not taken here. */
function stored(json: unknown, { at, place, names }: Standing): ReadText {
  try {
    const policy = takenHere(json, at, place.line)
    if (names.has(policy.name)) refuse('name_twice', { name: policy.name })
    names.add(policy.name)
    return { policies: [policy], ...NOTHING_WRONG }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return refused({ ...place, ...error.said })
  }
}

/** @throws ExpressionError */
function takenHere(json: unknown, at: number, line: number): StoredPolicy {
  const parsed = policyJson.safeParse(json)
  if (!parsed.success) return refuse('form_unknown')
  const name = parsed.data.annotations?.['id'] ?? `policy-${at + 1}`
  if (!NAME.test(name)) refuse('name_form')
  if (namesIn(parsed.data).some(({ type }) => type === 'Document')) refuse('document_named')
  const policy = { name, line, json: parsed.data }
  compilePolicies({ tenant: null, version: 0 }, [policy])
  return policy
}

type Located = cedar.DetailedError

/** Cedar counts the bytes of UTF-8 within its piece. */
function placed({ message, help, sourceLocations }: Located, piece: Piece, text: string): PolicyProblem {
  const [location] = sourceLocations ?? []
  const before = Buffer.from(piece.text)
    .subarray(0, location?.start ?? 0)
    .toString()
  const said = saidByCedar(message)
  const more = [location?.label, help].filter((one) => one !== null && one !== undefined)
  return {
    ...placeOf(text, piece.start + before.length),
    ...cedarProblem(said, help),
    message: [said, ...more].join('; '),
  }
}

/** The first of those at one place: Cedar says the same of each type that a principal may have. */
const distinct = (problems: readonly PolicyProblem[]): readonly PolicyProblem[] =>
  [...Map.groupBy(problems, ({ line, column }) => `${line} ${column}`).values()].flatMap(
    ([first]) => first ?? [],
  )

const textOf = (errors: readonly Located[]): string => errors.map(({ message }) => message).join('; ')

const idOf = ({ uid }: Pick<Entity, 'uid'>): cedar.TypeAndId => idOfUid(uid)

function idOfUid(uid: string): cedar.TypeAndId {
  const end = uid.indexOf('::')
  return { type: uid.slice(0, end), id: String(JSON.parse(uid.slice(end + 2))) }
}

type Json = cedar.CedarValueJson

const jsonOf = (record: Readonly<Record<string, Value>>): Record<string, Json> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, valueJson(value)]))

function valueJson(value: Value): Json {
  if (typeof value !== 'object') return value
  if ('uid' in value) return { __entity: idOf(value) }
  return value.map(valueJson)
}
