import type { Clock } from '../../kernel/clock.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import type { Log } from '../../kernel/log.ts'
import type { Store } from '../../store/store.ts'
import type { EgressLog } from '../broker/broker-ports.ts'
import { requestIdOf } from '../broker/brokers.ts'
import { openConnectors } from '../connectors/connectors.ts'
import type { CallContext, OperationResult } from '../runner.ts'
import type { ModelWay } from '../skill-model.ts'
import { modelFor } from '../skill-model.ts'
import type { Bound } from './calling.ts'
import { fixtureOf, keepFixture, recordingBroker } from './fixtures.ts'
import type { OpenedSkill } from './offered.ts'
import type { SkillSecrets } from './skill-secrets.ts'
import { storageOf } from './skill-storage.ts'

export interface CallPortRooms {
  readonly store: Pick<Store, 'withTenant'>
  readonly clock: Clock
  readonly log: Log
  readonly dialler: Dialler
  readonly secrets: Pick<SkillSecrets, 'read'>
  readonly egress: Pick<EgressLog, 'begin'>
  readonly model: () => ModelWay | null
  readonly report: (error: unknown) => void
}

/** What one call may use, and what is to be told of it when it is done. */
export type CallPorts = Pick<CallContext, 'broker' | 'storage' | 'model' | 'connectors' | 'log'> & {
  readonly happened: (input: Readonly<Record<string, unknown>>, result: OperationResult) => void
}

export function callPorts(
  { store, clock, log, dialler, secrets, egress, model, report }: CallPortRooms,
  bound: Bound,
  { brokers }: OpenedSkill,
): CallPorts {
  const { caller, skill, version, operation, call, class: of } = bound
  const { tenant } = caller
  const { manifest, digest } = version.package
  const { permissions, metadata } = manifest
  const broker = brokers.forCall({ operation: operation.id, call, caller, class: of })
  const most = skill.settings.recordCalls
  const recording = most > 0 && of !== 'restricted' ? recordingBroker(broker) : null
  const about = {
    skill: skill.name,
    version: metadata.version,
    digest,
    operation: operation.id,
    call,
    caller,
  }
  const connectors = openConnectors({
    manifest,
    dialler,
    secret: (name) => secrets.read(tenant, skill.name, name),
    begin: (leaving) =>
      egress.begin({
        ...leaving,
        ...about,
        class: of,
        zone: 'private',
        masked: 0,
        at: clock.now(),
        request: requestIdOf(call),
      }),
  })
  return {
    broker: recording ?? broker,
    storage: storageOf(store, { tenant, skill: skill.name, bytes: permissions.storage.bytes }),
    model: modelFor(model, { caller, class: of, maxTokens: permissions.model.maxTokens }),
    connectors,
    // What it says may be content, which has no place in the log.
    log: (line) => log.info('skill.said', { skill: skill.name, bytes: Buffer.byteLength(line) }),
    happened(input, result) {
      const happened = recording && fixtureOf(operation.id, input, { broker: recording, result })
      if (happened === null) return
      // Whoever called does not wait for it.
      void store
        .withTenant({ tenant }, (tx) => keepFixture(tx, { skill: skill.name, digest, most }, happened))
        .catch(report)
    },
  }
}
