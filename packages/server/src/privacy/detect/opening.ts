import type { Metrics } from '../../kernel/metrics.ts'
import type { PluginsOptions } from '../plugins/plugins.ts'
import { Plugins } from '../plugins/plugins.ts'
import type { Detection } from './detection.ts'
import { createDetection } from './detection.ts'
import { createLazyEngine } from './lazy-engine.ts'
import type { Span } from './span.ts'
import { ACTING_SCORE } from './span.ts'

interface Around extends Omit<PluginsOptions, 'config'> {
  /** The configuration, and who follows its changes. */
  readonly following: {
    readonly config: PluginsOptions['config']
    follow(changed: (change: { readonly changed: readonly string[] }) => void): void
  }
}

/** Detection with what else can be seen of it. */
export interface OpenDetection extends Detection {
  readonly plugins: Pick<Plugins, 'view'>
}

/** Detection by all that this program and its configuration have for it. */
export function openDetection({ following, ...around }: Around): OpenDetection {
  const plugins = new Plugins({ ...around, config: following.config })
  following.follow(({ changed }) => {
    if (changed.includes('detectors')) plugins.configChanged()
  })
  const detection = createDetection({
    engine: createLazyEngine(),
    others: plugins,
    scanned: countedFinds(around.metrics),
  })
  return {
    detect: (text, context, dictionary) => detection.detect(text, context, dictionary),
    detectAll: (texts, dictionary) => detection.detectAll(texts, dictionary),
    engine: detection.engine,
    others: plugins,
    plugins,
    async close() {
      await detection.close()
      await plugins.close()
    },
  }
}

/** What was found goes by type into the metrics, never a value. */
function countedFinds(metrics: Metrics): (spans: readonly Span[], ms: number) => void {
  const found = metrics.counter('freehold_privacy_found_total')
  const seconds = metrics.histogram('freehold_privacy_scan_seconds').bind({})
  return (spans, ms) => {
    seconds.observe(ms / 1000)
    const counts = new Map<string, number>()
    for (const { type, score } of spans) {
      if (score >= ACTING_SCORE) counts.set(type, (counts.get(type) ?? 0) + 1)
    }
    for (const [type, count] of counts) found.bind({ type }).inc(count)
  }
}
