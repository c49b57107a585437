import { highestClass } from '@freehold/contract/data-class.ts'
import type { SkillReport } from '@freehold/contract/skill-report.ts'
import type { SkillTrial, SkillTryInput } from '@freehold/contract/skill-drafts.ts'
import { skillSettings } from '@freehold/contract/skills.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import { Secret } from '../../kernel/secret.ts'
import type { Store } from '../../store/store.ts'
import type { BrokerPorts, EgressLog } from '../broker/broker-ports.ts'
import type { By } from '../installed/acting.ts'
import { CallLimits } from '../installed/call-limits.ts'
import { callPorts } from '../installed/call-ports.ts'
import type { CallingRooms } from '../installed/calling.ts'
import { Calling, newCall } from '../installed/calling.ts'
import { wordsOf } from '../installed/clearing.ts'
import type { KnownSkill } from '../installed/known-skills.ts'
import type { OpenedSkill } from '../installed/offered.ts'
import { settled } from '../installed/opened-skills.ts'
import { readable } from '../installed/result-parts.ts'
import type { SkillPackage } from '../runner.ts'
import { filesOf, packaged } from './draft.ts'

export interface TryingRooms {
  readonly store: Pick<Store, 'withTenant'>
  readonly clock: Clock
  readonly log: Log
  readonly dialler: Dialler
  readonly egress: Pick<EgressLog, 'begin' | 'refused'>
  readonly report: (error: unknown) => void
  readonly file: CallingRooms['file']
  /** As installed skills are opened, but with these secrets and this record of what leaves. */
  readonly open: (skill: SkillPackage, own: Pick<BrokerPorts, 'secrets' | 'egress'>) => Promise<OpenedSkill>
  /** What the check says of it. */
  readonly check: (bundle: Buffer) => Promise<SkillReport>
  /** Whether the machine's own trust roots let anything in that nobody has signed. @throws Fault `skill_untrusted` */
  readonly admit: (bundle: Buffer) => Promise<unknown>
}

/** Kinds of which nothing runs but what the platform itself does. */
const WITHOUT_CODE: ReadonlySet<string> = new Set(['http', 'openapi'])

/**
 * One call of a skill that is not installed, in the same runner, under the same broker and the same checks.
 *
 * What the tenant asks of skills that are installed is not asked here: `skill.manage` is the power to set that policy and
 * to say yes to any skill, and what is tried is called once, by that person, with secrets of that request alone. What the
 * trust roots of the machine ask for holds, since no tenant can lower it, and so does the check. Nothing with code in it
 * is tried: that is installed, or tested where it is written.
 */
export async function tryOnce(
  rooms: TryingRooms,
  { caller, commit }: By,
  asked: SkillTryInput & { readonly signal: AbortSignal },
): Promise<SkillTrial> {
  const { skill: written, bytes } = packaged(asked.manifest, filesOf(asked.files))
  const { kind, metadata } = written.manifest
  if (!WITHOUT_CODE.has(kind))
    throw new Fault(
      'skill_denied',
      `A skill of kind ${kind} is not tried before it is installed. Run its tests: freehold skill test`,
      { param: 'manifest' },
    )
  await rooms.admit(bytes)
  const report = await rooms.check(bytes)
  if (report.verdict === 'block')
    throw new Fault('skill_denied', `The check of this skill says no: ${wordsOf(report)}`, {
      param: 'manifest',
    })
  const skill = settled(written, asked.values)
  const requests: SkillTrial['requests'] = []
  const opened = await rooms.open(skill, {
    secrets: { read: async (name) => secretIn(asked.secrets, name) },
    egress: watched(rooms.egress, requests),
  })
  try {
    const calling = callingOf(rooms, skill, opened)
    const call = newCall()
    const made = await calling.call(caller, {
      skill: metadata.name,
      operation: asked.operation,
      input: asked.input,
      class: highestClass(caller.baseClass, asked.class ?? 'public'),
      call,
      key: call,
      signal: asked.signal,
      ...commit,
      isByHand: { isConfirmed: asked.confirmed },
    })
    const text = made.texts?.map((one) => one.text).join('\n\n') ?? readable(made.value)
    const { value, durationMs, isCut } = made
    return { value, text, class: made.class, durationMs, isCut, requests }
  } finally {
    await Promise.all([opened.runner.close(), opened.brokers.close()])
  }
}

const secretIn = (secrets: SkillTryInput['secrets'], name: string): Secret<string> | null => {
  const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined
  return value === undefined ? null : new Secret(value)
}

/** The record, and beside it what whoever tries is shown. */
function watched(egress: TryingRooms['egress'], requests: SkillTrial['requests']): EgressLog {
  return {
    async begin(start) {
      const record = await egress.begin(start)
      const { method, host, port, zone, bytesOut, masked } = start
      const seen: SkillTrial['requests'][number] = {
        method,
        host: `${host}:${port}`,
        zone,
        bytesOut,
        masked,
        status: null,
        ms: null,
      }
      requests.push(seen)
      return {
        over(end) {
          seen.status = end.status
          seen.ms = Math.round(end.ms)
          record.over(end)
        },
      }
    },
    refused: (...about) => egress.refused(...about),
  }
}

/** The one way to call a skill, over a shelf with this one on it. */
function callingOf(rooms: TryingRooms, skill: SkillPackage, opened: OpenedSkill): Calling {
  const { name } = skill.manifest.metadata
  const version = { package: skill, isUsable: true, ended: new AbortController().signal }
  const known: KnownSkill = {
    name,
    state: 'enabled',
    audience: null,
    settings: skillSettings.parse({}),
    active: version,
    canary: null,
  }
  return new Calling({
    store: rooms.store,
    known: { of: () => new Map([[name, known]]) },
    opened: { of: async () => opened, enter: async () => ({ opened, leave() {} }) },
    limits: new CallLimits(rooms.clock),
    figures: { add() {} },
    told() {},
    file: rooms.file,
    recordedAs: 'skill.tried',
    ports: (bound, own) =>
      callPorts({ ...rooms, secrets: { read: async () => null }, model: () => null }, bound, own),
  })
}
