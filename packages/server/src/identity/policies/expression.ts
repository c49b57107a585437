import type {
  PolicyNaming,
  PolicyProblemCode,
  PolicyProblemSaid,
} from '@freehold/contract/policy-problems.ts'
import { policyProblemSaid } from '@freehold/contract/policy-problems.ts'

/** An entity as policies see it. */
export interface Entity {
  readonly type: string
  /** `Type::"id"`. */
  readonly uid: string
  /** Its own uid too. */
  readonly within: ReadonlySet<string>
  readonly attributes: Readonly<Record<string, Value>>
}

/** What a policy is asked about. */
export interface Question {
  readonly principal: Entity
  readonly action: Entity
  readonly resource: Entity
  readonly context: Readonly<Record<string, Value>>
}

export type Value = boolean | number | string | Named | readonly Value[]
/** An entity that is named and not looked into. */
export interface Named {
  readonly type: string
  readonly uid: string
}

type Evaluate = (question: Question) => Value

/** A part of the language that is not taken here. The message says what would be right. */
export class ExpressionError extends Error {
  readonly said: PolicyProblemSaid

  constructor(said: PolicyProblemSaid) {
    super(said.message)
    this.said = said
  }
}

/** @throws ExpressionError */
export function refuse<Code extends PolicyProblemCode>(code: Code, ...named: PolicyNaming<Code>): never {
  throw new ExpressionError(policyProblemSaid(code, ...named))
}

const DEEPEST = 64
const ROOTS = ['principal', 'action', 'resource', 'context'] as const
type Root = (typeof ROOTS)[number]

/** A condition in Cedar's JSON form, made ready. What is taken cannot fail once Cedar has checked it against the schema. */
export function readCondition(json: unknown): (question: Question) => boolean {
  const evaluate = read(json, 0)
  return (question) => isTrue(evaluate(question))
}

/** `Type::"id"`, one spelling for each entity. */
export const uidOf = (type: string, id: string): string => `${type}::${JSON.stringify(id)}`
export const named = (type: string, id: string): Named => ({ type, uid: uidOf(type, id) })

type Operand = Readonly<Record<string, unknown>>
type Reader = (operand: Operand, depth: number) => Evaluate

const binary =
  (combine: (left: Value, right: Value) => boolean): Reader =>
  ({ left, right }, depth) => {
    const [one, other] = [read(left, depth), read(right, depth)]
    return (question) => combine(one(question), other(question))
  }

/** Of the language that which cannot fail at run time: no arithmetic, which overflows, and no functions. */
const READERS: Readonly<Record<string, Reader>> = {
  '!': ({ arg }, depth) => {
    const inner = read(arg, depth)
    return (question) => !isTrue(inner(question))
  },
  // The second side is looked at only where the first does not decide: it may ask for what only then is there.
  '&&': ({ left, right }, depth) => {
    const [one, other] = [read(left, depth), read(right, depth)]
    return (question) => isTrue(one(question)) && isTrue(other(question))
  },
  '||': ({ left, right }, depth) => {
    const [one, other] = [read(left, depth), read(right, depth)]
    return (question) => isTrue(one(question)) || isTrue(other(question))
  },
  'if-then-else': ({ if: test, then, else: otherwise }, depth) => {
    const [condition, one, other] = [read(test, depth), read(then, depth), read(otherwise, depth)]
    return (question) => (isTrue(condition(question)) ? one(question) : other(question))
  },
  '==': binary(isSame),
  '!=': binary((left, right) => !isSame(left, right)),
  '<': binary((left, right) => asLong(left) < asLong(right)),
  '<=': binary((left, right) => asLong(left) <= asLong(right)),
  '>': binary((left, right) => asLong(left) > asLong(right)),
  '>=': binary((left, right) => asLong(left) >= asLong(right)),
  contains: binary((left, right) => has(asSet(left), right)),
  containsAll: binary((left, right) => asSet(right).every((one) => has(asSet(left), one))),
  containsAny: binary((left, right) => asSet(right).some((one) => has(asSet(left), one))),
  isEmpty: ({ arg }, depth) => {
    const inner = read(arg, depth)
    return (question) => asSet(inner(question)).length === 0
  },
  in: ({ left, right }, depth) => {
    const root = entityRoot(left, 'in')
    const place = read(right, depth)
    return (question) => isWithin(question[root], place(question))
  },
  is: ({ left, entity_type: type, in: within }, depth) => {
    const root = entityRoot(left, 'is')
    const place = within === undefined ? null : read(within, depth)
    return (question) =>
      question[root].type === type && (place === null || isWithin(question[root], place(question)))
  },
  '.': ({ left, attr }) => {
    const root = rootOf(left, '.')
    return (question) => attributeOf(question, root, String(attr))
  },
  has: ({ left, attr }) => {
    const root = rootOf(left, 'has')
    return (question) => Object.hasOwn(attributesOf(question, root), String(attr))
  },
  like: ({ left, pattern }, depth) => {
    const inner = read(left, depth)
    const parts = patternOf(pattern)
    return (question) => fits(asText(inner(question)), parts)
  },
}

function read(json: unknown, depth: number): Evaluate {
  if (depth > DEEPEST) refuse('nested', { levels: String(DEEPEST) })
  const [entry, ...more] = Object.entries(asObject(json))
  if (entry === undefined || more.length > 0) refuse('form_unknown')
  const [name, operand] = entry
  if (name === 'Value') {
    const value = literal(operand)
    return () => value
  }
  if (name === 'Var') {
    const root = ROOTS.find((one) => one === operand)
    if (root === undefined || root === 'context') refuse('whole_variable', { name: String(operand) })
    return (question) => question[root]
  }
  if (name === 'Set') {
    const members = asList(operand).map((one) => read(one, depth + 1))
    return (question) => members.map((member) => member(question))
  }
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  if (reader === undefined) refuse('operator_unknown', { operator: name })
  return reader(asObject(operand), depth + 1)
}

function literal(json: unknown): Value {
  if (typeof json === 'boolean' || typeof json === 'string') return json
  if (typeof json === 'number') {
    if (!Number.isSafeInteger(json)) refuse('number_large')
    return json
  }
  if (Array.isArray(json)) return json.map(literal)
  const { __entity: entity } = asObject(json)
  if (entity === undefined) refuse('extension_value')
  const { type, id } = asObject(entity)
  return named(String(type), String(id))
}

/** An entity that is only named has no attributes here and is within nothing: asking for them would quietly be false. */
function rootOf(json: unknown, operator: string): Root {
  const { Var: name } = asObject(json)
  const root = ROOTS.find((one) => one === name)
  if (root !== undefined) return root
  return refuse('left_side', { operator })
}

function entityRoot(json: unknown, operator: string): Exclude<Root, 'context'> {
  const root = rootOf(json, operator)
  if (root === 'context') return refuse('left_context', { operator })
  return root
}

const attributesOf = (question: Question, root: Root): Readonly<Record<string, Value>> =>
  root === 'context' ? question.context : question[root].attributes

function attributeOf(question: Question, root: Root, name: string): Value {
  const attributes = attributesOf(question, root)
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (value === undefined) throw new Error(`a policy that was checked asks for ${root}.${name}`)
  return value
}

function isWithin(entity: Entity, place: Value): boolean {
  if (isList(place)) return place.some((one) => isWithin(entity, one))
  return entity.within.has(asNamed(place).uid)
}

function isSame(left: Value, right: Value): boolean {
  if (isList(left) && isList(right))
    return left.every((one) => has(right, one)) && right.every((one) => has(left, one))
  if (isNamed(left) && isNamed(right)) return left.uid === right.uid
  return left === right
}

const has = (set: readonly Value[], value: Value): boolean => set.some((one) => isSame(one, value))

const isList = (value: Value): value is readonly Value[] => Array.isArray(value)
const isNamed = (value: Value): value is Named => typeof value === 'object' && !isList(value)

const mistyped = (): Error => new Error('a policy that was checked has a value of another type')

function isTrue(value: Value): boolean {
  if (typeof value !== 'boolean') throw mistyped()
  return value
}

function asLong(value: Value): number {
  if (typeof value !== 'number') throw mistyped()
  return value
}

function asText(value: Value): string {
  if (typeof value !== 'string') throw mistyped()
  return value
}

function asSet(value: Value): readonly Value[] {
  if (!isList(value)) throw mistyped()
  return value
}

function asNamed(value: Value): Named {
  if (!isNamed(value)) throw mistyped()
  return value
}

function asObject(json: unknown): Operand {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) refuse('form_unknown')
  // Any object is one of unknown values by name.
  return json as Operand
}

function asList(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) refuse('form_unknown')
  return json
}

/** Null stands for any text. */
type Part = string | null

const patternOf = (json: unknown): readonly Part[] =>
  asList(json).flatMap((part): Part[] =>
    part === 'Wildcard' ? [null] : Array.from(String(asObject(part)['Literal'])),
  )

/** In steps that grow with both lengths and no faster, whatever the pattern. */
function fits(text: string, pattern: readonly Part[]): boolean {
  const letters = Array.from(text)
  let [at, part, star, from] = [0, 0, -1, 0]
  while (at < letters.length) {
    if (pattern[part] === null) [star, from, part] = [part, at, part + 1]
    else if (part < pattern.length && pattern[part] === letters[at]) [at, part] = [at + 1, part + 1]
    else if (star >= 0) [part, from, at] = [star + 1, from + 1, from + 1]
    else return false
  }
  return pattern.slice(part).every((one) => one === null)
}
