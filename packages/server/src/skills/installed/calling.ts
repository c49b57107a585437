import { createHash } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { ToolEffect } from '@freehold/contract/loop-events.ts'
import { append } from '../../audit/audit.ts'
import { authorise } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import { forbidden } from '../../identity/policies/restraint.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import type { CallContext, OperationResult } from '../runner.ts'
import type { CallPorts } from './call-ports.ts'
import type { CallFigures } from './call-figures.ts'
import type { CallLimits } from './call-limits.ts'
import { chosenVersion, isFor, noSkill, notUsable } from './choosing.ts'
import type { HandedFile } from './file-inputs.ts'
import { fileInputs, withFiles } from './file-inputs.ts'
import type { KnownSkill, KnownSkills, KnownVersion } from './known-skills.ts'
import type { OfferedOperation, OpenedSkill } from './offered.ts'
import type { OpenedSkills } from './opened-skills.ts'
import { cutTo, readable } from './result-parts.ts'

/** What somebody wants done. */
export interface Wish {
  readonly skill: string
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  /** Of the text that the input was written in. */
  readonly class: DataClass
  /** The same for every attempt at one call. */
  readonly call: string
  /** Whatever has to go to one version. */
  readonly key: string
  readonly signal: AbortSignal
  /** Of the request that it belongs to. */
  readonly request?: string
  /** Whose files it may name; without one, those of any conversation of the caller. */
  readonly conversation?: string
  /** By a person: recorded whatever its effect is, and what is more than a read only where it was confirmed. */
  readonly isByHand?: { readonly isConfirmed: boolean }
}

/** What one call is bound to, for whoever makes its ports. */
export interface Bound {
  readonly caller: Caller
  readonly skill: KnownSkill
  readonly version: KnownVersion
  readonly operation: OfferedOperation
  readonly call: string
  readonly class: DataClass
}

export interface Called extends OperationResult {
  /** Longer than the skill may return: its texts are cut. */
  readonly isCut: boolean
  readonly class: DataClass
  readonly version: KnownVersion
  readonly operation: OfferedOperation
  readonly durationMs: number
}

export interface CallingRooms {
  readonly store: Pick<Store, 'withTenant'>
  readonly known: Pick<KnownSkills, 'of'>
  readonly opened: Pick<OpenedSkills, 'of' | 'enter'>
  readonly limits: CallLimits
  readonly figures: Pick<CallFigures, 'add'>
  /** `skill.called` unless it says otherwise. */
  readonly recordedAs?: 'skill.tried'
  /** A file of a conversation. @throws Fault `not_found` */
  readonly file: (caller: Caller, conversation: string | null, id: string) => Promise<HandedFile>
  readonly ports: (bound: Bound, opened: OpenedSkill) => CallPorts
  readonly told: (about: {
    readonly skill: string
    readonly version: string
    readonly outcome: FaultCode | 'ok'
    readonly durationMs: number
  }) => void
}

/** Calls inside of calls: workflows of workflows. */
const DEEPEST = 4

/** From the mildest. A call made inside of another may do no more than that one says it does. */
const RANK: Readonly<Record<ToolEffect, number>> = { read: 0, write: 1, 'external-send': 2, destructive: 3 }

/** What is the caller's fault, or nobody's, says nothing of a version. */
const NOT_ITS_FAULT: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'invalid',
  'not_allowed',
  'above_ceiling',
  'not_found',
  'too_many',
  'over_limit',
  'client_left',
  'unavailable',
  'stays_home',
])

/** The one way to call a skill, whatever its kind: every check stands here, and none in a runner. */
export class Calling {
  readonly #rooms: CallingRooms

  constructor(rooms: CallingRooms) {
    this.#rooms = rooms
  }

  /** @throws Fault */
  call(caller: Caller, wish: Wish): Promise<Called> {
    return this.#call(caller, wish, null)
  }

  /** The version that a call with this key would go to, opened; null where the caller has no such skill. */
  async opened(
    caller: Caller,
    skill: KnownSkill,
    key: string,
  ): Promise<{ readonly version: KnownVersion; readonly opened: OpenedSkill } | null> {
    const version = isFor(skill, caller) ? chosenVersion(skill, caller, key) : null
    return version && { version, opened: await this.#rooms.opened.of(caller.tenant, skill, version) }
  }

  async #call(caller: Caller, asked: Wish, above: Above | null): Promise<Called> {
    const { known, opened } = this.#rooms
    authorise(caller, 'skill.use')
    const skill = (await known.of(caller.tenant)).get(asked.skill)
    if (skill === undefined || !isFor(skill, caller)) throw noSkill()
    const version = chosenVersion(skill, caller, asked.key)
    if (version === null) throw notUsable(skill)
    const { opened: own, leave } = await opened.enter(caller.tenant, skill, version)
    try {
      return await this.#callOpened(caller, asked, { skill, version, own, above })
    } finally {
      leave()
    }
  }

  async #callOpened(caller: Caller, asked: Wish, { skill, version, own, above }: Chosen): Promise<Called> {
    const { file } = this.#rooms
    const operation = own.operations.get(asked.operation)
    if (operation === undefined) throw noOperation(own.operations)
    const files = await withFiles(asked, fileInputs(operation.input), (id) =>
      file(caller, asked.conversation ?? null, id),
    )
    const wish = { ...asked, ...files }
    this.#admit(caller, { skill, version, operation, wish, above })
    const bound = { caller, skill, version, operation, call: wish.call, class: wish.class }
    const leave = this.#rooms.limits.enter(
      `${caller.tenant} ${version.package.digest}`,
      skill.name,
      version.package.manifest.limits,
    )
    const fromMs = performance.now()
    const since = (): number => Math.round(performance.now() - fromMs)
    try {
      if (operation.effect !== 'read' || wish.isByHand) await this.#record(bound, wish)
      const made = await this.#run(bound, { wish, opened: own, above })
      const durationMs = since()
      this.#tell(bound, 'ok', durationMs)
      return { ...made, version, operation, durationMs }
    } catch (error) {
      this.#tell(bound, error instanceof Fault ? error.code : 'bug', since())
      throw error
    } finally {
      leave()
    }
  }

  /** @throws Fault where the caller may not, or what it sends is none of what is taken */
  #admit(caller: Caller, { skill, version, operation, wish, above }: Admission): void {
    const policy = caller.restraint?.skill(skill.name, operation.effect, wish.class) ?? null
    if (policy !== null) throw forbidden(policy, 'name')
    if (above !== null) requireMilder(operation, above.operation)
    if (wish.isByHand?.isConfirmed === false && operation.effect !== 'read')
      throw new Fault(
        'not_allowed',
        `"${operation.id}" is ${operation.effect}. Say yes to it with "confirmed": true (--confirm on the command line).`,
        {
          param: 'confirmed',
        },
      )
    const { data } = version.package.manifest.permissions
    if (!isWithin(wish.class, caller.classCeiling))
      throw new Fault('above_ceiling', `The highest class of this caller is ${caller.classCeiling}.`, {
        param: 'class',
      })
    if (!isWithin(wish.class, data.in))
      throw new Fault(
        'skill_denied',
        `The skill "${skill.name}" may be given what is ${data.in} at most, and this is ${wish.class}.`,
        { param: 'class' },
      )
    if (!isWithin(data.out, caller.classCeiling))
      throw new Fault(
        'above_ceiling',
        `What the skill "${skill.name}" returns is ${data.out}, and the highest class of this caller is ${caller.classCeiling}.`,
      )
    operation.takeInput(wish.input)
  }

  async #run(bound: Bound, { wish, opened, above }: Running): Promise<Made> {
    const { manifest } = bound.version.package
    const { operation, version } = bound
    const patience = AbortSignal.timeout(operation.timeoutMs)
    const signal = AbortSignal.any([wish.signal, version.ended, patience])
    // What a step returned is in what the next is given.
    let reached = wish.class
    const known = await this.#rooms.known.of(bound.caller.tenant)
    const returned = (): DataClass => highestClass(returnedBy(manifest, known, DEEPEST), reached)
    const depth = (above?.depth ?? 0) + 1
    const callSkill: CallContext['callSkill'] = async (skill, name, input, call) => {
      if (manifest.kind !== 'workflow' || depth > DEEPEST)
        throw new Fault('skill_denied', 'This skill may not call another one.')
      const { isByHand: _, ...outer } = wish
      const inner = { ...outer, skill, operation: name, input: inputOf(input), call, class: reached, signal }
      const made = await this.#call(bound.caller, inner, { operation, depth }).catch((error: unknown) => {
        if (error instanceof Fault) reached = highestClass(reached, error.class ?? 'public')
        throw error
      })
      reached = highestClass(reached, made.class)
      return made.value
    }
    const { happened, ...ports } = this.#rooms.ports(bound, opened)
    const { caller, call } = bound
    const context: CallContext = {
      caller,
      call,
      class: wish.class,
      ...ports,
      callSkill,
      signal,
    }
    const result = await ending(opened.runner.run(operation.id, wish.input, context), signal).catch(
      (error: unknown) => {
        throw quoting(endedBecause(error, { bound, wish, patience }), returned())
      },
    )
    operation.takeOutput(result.value)
    // What is kept to try upgrades on holds no file of anybody's.
    if (!wish.hasFiles) happened(wish.input, result)
    const shown = bounded(result, manifest.limits.outputBytes)
    return { ...shown, class: returned() }
  }

  #tell({ caller, skill, version }: Bound, outcome: FaultCode | 'ok', durationMs: number): void {
    const { digest, manifest } = version.package
    this.#rooms.told({ skill: skill.name, version: manifest.metadata.version, outcome, durationMs })
    if (outcome !== 'ok' && NOT_ITS_FAULT.has(outcome)) return
    this.#rooms.figures.add(caller.tenant, digest, { isFailed: outcome !== 'ok', durationMs })
  }

  /** Before anything is done: no audit, no action. */
  async #record({ caller, skill, version, operation }: Bound, wish: Wish): Promise<void> {
    await this.#rooms.store.withTenant(caller, (tx) =>
      append(tx, {
        action: this.#rooms.recordedAs ?? 'skill.called',
        actor: caller.principal.id,
        subject: skill.name,
        ...(wish.request !== undefined && { request: wish.request }),
        detail: {
          digest: version.package.digest,
          operation: operation.id,
          effect: operation.effect,
          class: wish.class,
          call: callWord(wish.call),
        },
      }),
    )
  }
}

type Made = OperationResult & Pick<Called, 'class' | 'isCut'>

interface Above {
  readonly operation: OfferedOperation
  readonly depth: number
}

interface Chosen {
  readonly skill: KnownSkill
  readonly version: KnownVersion
  readonly own: OpenedSkill
  readonly above: Above | null
}

interface Admission {
  readonly skill: KnownSkill
  readonly version: KnownVersion
  readonly operation: OfferedOperation
  readonly wish: Wish
  readonly above: Above | null
}

interface Running {
  readonly wish: Wish & { readonly hasFiles: boolean }
  readonly opened: OpenedSkill
  readonly above: Above | null
}

/** An id of a call as it may stand on record: one that somebody else chose is hashed. */
export const callWord = (call: string): string =>
  /^[\w.:-]{1,64}$/.test(call) ? call : createHash('sha256').update(call).digest('hex').slice(0, 32)

/** An id for a call that nobody named. */
export const newCall = (): string => `call_${uuidV7()}`

function requireMilder(inner: OfferedOperation, outer: OfferedOperation): void {
  if (RANK[inner.effect] > RANK[outer.effect])
    throw new Fault(
      'skill_denied',
      `"${outer.id}" says that it does no more than ${outer.effect}, and calls "${inner.id}", which is ${inner.effect}.`,
    )
  if (inner.confirm === 'always' && outer.confirm !== 'always')
    throw new Fault('skill_denied', `"${inner.id}" is always asked for, and "${outer.id}" is not.`)
}

function inputOf(input: unknown): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new Fault('invalid', 'input: must be an object.', { param: 'input' })
  return { ...input }
}

function noOperation(operations: ReadonlyMap<string, unknown>): Fault {
  const names = [...operations.keys()].join(', ')
  const message =
    names === ''
      ? 'There is no operation yet: no tool of its MCP server was approved. See: freehold skill tools NAME'
      : `There is no such operation. There are: ${names}.`
  return new Fault('not_found', message, { param: 'operation' })
}

/** What is longer than it may be is cut: of texts the end, and of a value that is data everything but its beginning as text. */
function bounded(result: OperationResult, mostBytes: number): OperationResult & { readonly isCut: boolean } {
  if (result.texts !== undefined) {
    let left = mostBytes
    const texts = result.texts.map((one) => {
      const text = cutTo(one.text, left)
      left -= Buffer.byteLength(text)
      return { ...one, text }
    })
    const isCut = texts.some(({ text }, at) => text.length < (result.texts?.[at]?.text.length ?? 0))
    if (!isCut && Buffer.byteLength(JSON.stringify(result.value) ?? '') <= mostBytes)
      return { ...result, isCut }
    return { value: null, texts, isCut: true }
  }
  if (Buffer.byteLength(JSON.stringify(result.value) ?? '') <= mostBytes) return { ...result, isCut: false }
  return {
    value: null,
    texts: [{ origin: 'tool', text: cutTo(readable(result.value), mostBytes) }],
    isCut: true,
  }
}

/** Rejects when the signal is aborted, whether the runner heeds it or not. */
function ending<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<never>()
  const abort = (): void => over.reject(signal.reason instanceof Error ? signal.reason : new Error('ended'))
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([work, over.promise]).finally(() => signal.removeEventListener('abort', abort))
}

function endedBecause(
  error: unknown,
  { bound, wish, patience }: { readonly bound: Bound; readonly wish: Wish; readonly patience: AbortSignal },
): unknown {
  const { skill, version, operation } = bound
  if (version.ended.aborted)
    return new Fault('skill_denied', `The skill "${skill.name}" may not be called any more.`)
  if (wish.signal.aborted) return wish.signal.reason
  if (patience.aborted)
    return new Fault('timed_out', `"${operation.id}" took longer than ${operation.timeoutMs} ms.`)
  return error
}

/** Of a workflow also what its steps return: one that goes on has what was made before in what it returns. */
function returnedBy(
  { kind, permissions, compat }: KnownVersion['package']['manifest'],
  known: ReadonlyMap<string, KnownSkill>,
  depth: number,
): DataClass {
  if (kind !== 'workflow' || depth === 0) return permissions.data.out
  const steps = compat.requires.flatMap(({ skill }) => known.get(skill)?.active?.package.manifest ?? [])
  return highestClass(permissions.data.out, ...steps.map((one) => returnedBy(one, known, depth - 1)))
}

/** What a skill says of its failure may be what it was to return. */
const quoting = (error: unknown, returned: DataClass): unknown =>
  error instanceof Fault && error.code === 'skill_failed'
    ? new Fault('skill_failed', error.message, {
        class: highestClass(returned, error.class ?? 'public'),
        cause: error.cause,
      })
    : error
