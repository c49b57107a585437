import type { FoundClasses, ProfileRules } from '@freehold/contract/desensitise.ts'
import type { Detection } from '../../privacy/detect/detection.ts'
import { loaded } from '../../privacy/detect/detector.ts'
import { Desensitiser } from '../../privacy/mask/desensitiser.ts'
import { DictionaryMaker } from '../../privacy/dictionary/dictionary-maker.ts'
import { Scanning } from '../../privacy/mask/scanning.ts'
import { createProfiles } from '../../privacy/policy/profile.ts'
import type { Term } from '../../audit/keeping/retention.ts'
import type { Caller } from '../../identity/caller.ts'
import { causeOf } from '../../kernel/cause.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import { boundOnce } from '../../kernel/metrics.ts'
import type { Routing } from '../routing/routing.ts'
import type { Store, TenantId } from '../../store/store.ts'
import { Dictionaries } from '../dictionaries/dictionaries.ts'
import { Classifying } from './classifying.ts'
import type { PrivacyFigures } from './desensitising.ts'
import { Egress } from './egress.ts'
import { Previewing } from './previewing.ts'
import { Desensitising, ownerOf } from './desensitising.ts'
import type { OutsideCalls } from './outside-calls.ts'
import { createOutsideCalls } from './outside-calls.ts'
import { createEgressWriting, oldEgress, readEgress } from './stored-egress.ts'
import { createStoredVault, eraseConversation, oldVault } from './stored-vault.ts'
import { createNonceKeys } from './nonce-keys.ts'
import type { Conversations } from '../conversations.ts'

interface Around {
  readonly store: Store
  readonly log: Log
  readonly metrics: Metrics
  readonly detection: Pick<Detection, 'engine' | 'detectAll' | 'others'>
  readonly clock: Clock
  readonly config: () => {
    readonly desensitise: Readonly<Record<string, ProfileRules>>
    readonly classes: { readonly found: FoundClasses }
    readonly privacy: {
      readonly vaultDays: number
      readonly egressDays: number
      readonly dictionaryIdleMinutes: number
      readonly dictionaryMemoryMb: number
    }
  }
}

/** What finds the class of a request and what masks it, with what both of them read by. */
export interface Privacy {
  readonly classifying: Classifying
  readonly desensitising: Desensitising
  readonly previewing: Previewing
  /** For what leaves beside the data path. */
  readonly outside: OutsideCalls
  readonly dictionaries: Dictionaries
  /** Reads the tables of the engine, so that the first request to be masked does not wait for them. */
  warmUp(): void
  /** What left in a request. @throws Fault `not_found` */
  egress(
    caller: Caller,
    asked: { readonly id: string; readonly request: string },
  ): ReturnType<typeof readEgress>
  /** Forgets what stands for what in a conversation of the caller's. */
  forget(caller: Caller, asked: { readonly name: string; readonly request: string }): Promise<void>
  /** Brings what left to the database. */
  flush(): Promise<void>
  /** For how long what is kept is. */
  readonly terms: readonly Term[]
  close(): Promise<void>
}

/** Of every script that has tables of its own. */
const SAMPLE = 'Dear Anna, 张伟住在北京市海淀区, +49 30 901820.'

/** Puts the parts of steps 4 and 6 together. */
export function openPrivacy(
  { store, log, metrics, detection, clock, config }: Around,
  { routing, conversations }: { readonly routing: () => Routing; readonly conversations: Conversations },
): Privacy {
  const dictionaries = openDictionaries({ store, log, metrics, clock, config })
  const scanning = new Scanning(detection.engine, {
    afar: (texts, dictionary) =>
      detection.detectAll(
        texts.map(({ value, key }) => ({ text: value, context: { language: null, key } })),
        dictionary,
      ),
    others: detection.others,
    // It is the tenant of a caller, which this room calls by a plain word.
    termsOf: (tenant) => dictionaries.of(tenant as TenantId),
  })
  const desensitiser = new Desensitiser(scanning, () => clock.now())
  const classifying = new Classifying({ desensitiser, found: () => config().classes.found })
  const egress = openEgress({ store, metrics, clock, config })
  const figures = figuresIn(metrics)
  const desensitising = new Desensitising({
    desensitiser,
    profile: createProfiles(() => config().desensitise),
    nonceKey: createNonceKeys(store),
    vault: createStoredVault(store),
    figures,
    egress,
  })
  return {
    classifying,
    desensitising,
    dictionaries,
    outside: createOutsideCalls({
      classifying,
      desensitising,
      unknown: (placeholders) => figures.unknown(placeholders),
    }),
    previewing: new Previewing({ classifying, desensitising, routing, conversations }),
    warmUp() {
      Promise.resolve(loaded(detection.engine)).then(
        (engine) => void engine.detect(SAMPLE, { language: null, key: null }),
        // Whoever asks for it is told.
        () => undefined,
      )
    },
    async egress(caller, asked) {
      await egress.flush()
      return readEgress(store, caller, asked)
    },
    flush: () => egress.flush(),
    forget: (caller, asked) => forgetConversation(store, caller, asked),
    terms: [
      { kept: oldVault, days: () => config().privacy.vaultDays },
      { kept: oldEgress, days: () => config().privacy.egressDays },
    ],
    async close() {
      await dictionaries.close()
      await egress.close()
    },
  }
}

function openDictionaries({ store, log, metrics, clock, config }: Omit<Around, 'detection'>): Dictionaries {
  const loads = metrics.counter('freehold_privacy_dictionary_loads_total')
  const [ok, failed] = [loads.bind({ outcome: 'ok' }), loads.bind({ outcome: 'failed' })]
  const terms = metrics.gauge('freehold_privacy_dictionary_terms').bind({})
  const bytes = metrics.gauge('freehold_privacy_dictionary_bytes').bind({})
  const drops = metrics.counter('freehold_privacy_dictionary_drops_total')
  const dropped = boundOnce((reason) => drops.bind({ reason }))
  const dictionaries: Dictionaries = new Dictionaries({
    store,
    nowMs: () => clock.now(),
    kept() {
      const { dictionaryIdleMinutes, dictionaryMemoryMb } = config().privacy
      return { idleMs: dictionaryIdleMinutes * 60_000, mostBytes: dictionaryMemoryMb * 1_000_000 }
    },
    dropped: (reason) => dropped(reason).inc(),
    maker: new DictionaryMaker(),
    applied(told) {
      ok.inc()
      log.info('dictionary.applied', told)
    },
    failed(error) {
      failed.inc()
      const { name, code } = causeOf(error)
      log.error('dictionary.failed', { name, code })
    },
  })
  metrics.beforeRender(() => {
    terms.set(dictionaries.count)
    bytes.set(dictionaries.bytes)
  })
  // So that the first request need not wait for them; when it fails, that one tries again.
  void Promise.resolve(dictionaries.of(store.home)).catch(() => undefined)
  return dictionaries
}

function openEgress({ store, metrics, clock, config }: Omit<Around, 'detection' | 'log'>): Egress {
  const lost = boundOnce((reason) => metrics.counter('freehold_privacy_egress_lost_total').bind({ reason }))
  return new Egress({
    isKept: () => config().privacy.egressDays > 0,
    write: createEgressWriting(store),
    nowMs: () => clock.now(),
    lost: (calls, reason) => lost(reason).inc(calls),
  })
}

async function forgetConversation(
  store: Store,
  caller: Caller,
  { name, request }: { readonly name: string; readonly request: string },
): Promise<void> {
  const owner = { ...ownerOf(caller), conversation: name }
  await eraseConversation(store, owner, { actor: caller.principal.id, request })
}

function figuresIn(metrics: Metrics): PrivacyFigures {
  const values = metrics.counter('freehold_privacy_values_total')
  const found = boundOnce((type) => boundOnce((action) => values.bind({ type, action })))
  const refused = metrics.counter('freehold_privacy_refused_total').bind({})
  const seconds = metrics.histogram('freehold_privacy_mask_seconds').bind({})
  const unknown = metrics.counter('freehold_privacy_unknown_total').bind({})
  return {
    masked(tally, took) {
      seconds.observe(took)
      for (const { type, action, values: count } of tally) found(type)(action).inc(count)
    },
    refused: () => refused.inc(),
    unknown: (placeholders) => unknown.inc(placeholders),
  }
}
