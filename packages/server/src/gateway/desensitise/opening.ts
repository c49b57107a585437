import type { FoundClasses, ProfileRules } from '@freehold/contract/desensitise.ts'
import type { Detection } from '../../privacy/detect/detection.ts'
import { Desensitiser } from '../../privacy/mask/desensitiser.ts'
import { Scanning } from '../../privacy/mask/scanning.ts'
import { profileNamed } from '../../privacy/policy/profile.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import { boundOnce } from '../../kernel/metrics.ts'
import type { Store } from '../../store/store.ts'
import { Classifying } from './classifying.ts'
import type { PrivacyFigures } from './desensitising.ts'
import { Desensitising } from './desensitising.ts'
import { createStoredVault, eraseUnusedFor } from './stored-vault.ts'
import { createNonceKeys } from './nonce-keys.ts'

interface Around {
  readonly store: Store
  readonly metrics: Metrics
  readonly detection: Pick<Detection, 'engine' | 'detectAll'>
  readonly config: () => {
    readonly desensitise: Readonly<Record<string, ProfileRules>>
    readonly classes: { readonly found: FoundClasses }
    readonly privacy: { readonly vaultDays: number }
  }
}

/** What finds the class of a request and what masks it, with what both of them read by. */
export interface Privacy {
  readonly classifying: Classifying
  readonly desensitising: Desensitising
  /** Forgets what has been kept as long as it is. */
  tidy(nowMs: number): Promise<void>
}

/** Puts the parts of steps 4 and 6 together. */
export function openPrivacy({ store, metrics, detection, config }: Around): Privacy {
  const scanning = new Scanning(detection.engine, (texts) =>
    detection.detectAll(texts.map(({ value, key }) => ({ text: value, context: { language: null, key } }))),
  )
  const desensitiser = new Desensitiser(scanning)
  return {
    classifying: new Classifying({ desensitiser, found: () => config().classes.found }),
    desensitising: new Desensitising({
      desensitiser,
      profile: (name) => profileNamed(name, config().desensitise),
      nonceKey: createNonceKeys(store),
      vault: createStoredVault(store),
      figures: figuresIn(metrics),
    }),
    tidy: async (nowMs) => void (await eraseUnusedFor(store, config().privacy.vaultDays, nowMs)),
  }
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
      for (const [type, { action, values: count }] of tally) found(type)(action).inc(count)
    },
    refused: () => refused.inc(),
    unknown: (placeholders) => unknown.inc(placeholders),
  }
}
