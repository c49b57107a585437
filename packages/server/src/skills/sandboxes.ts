import type { Metrics } from '../kernel/metrics.ts'
import { Fault } from '../kernel/fault.ts'
import type { Isolate } from './isolate/isolate.ts'
import { openIsolate } from './isolate/isolate.ts'
import { testStrong } from './strong/self-test.ts'
import type { StrongRefusal, StrongSandbox } from './strong/strong.ts'

export type Tier = 'isolate' | 'strong'

/** What is counted of both tiers: never a value. */
export interface SandboxFigures {
  called(tier: Tier, outcome: 'ok' | 'failed'): void
  killed(tier: Tier, reason: string): void
}

export interface SandboxSettings {
  /** Threads that are kept ready for code in the isolate. */
  readonly isolateWorkers: number
  /** `required`: the server does not start without one. `off`: there is none. */
  readonly strong: 'auto' | 'required' | 'off'
  /** Folders of this machine that programs may be shown, by name. */
  readonly folders?: Readonly<Record<string, string>>
  /** Where `node_modules` lies, with the packages that programs may be shown. */
  readonly packages?: string | undefined
}

interface Around {
  readonly settings: SandboxSettings
  /** Where files may lie that programs in boxes are shown. */
  readonly directory: string
  /** The program of Node. */
  readonly node: string
  readonly metrics: Metrics
}

/** Where code of skills runs. Each is opened with the first skill that needs it, and there is one for the process. */
export interface Sandboxes {
  readonly figures: SandboxFigures
  readonly settings: SandboxSettings
  isolate(): Promise<Isolate>
  /** Tested once. What it refuses it refuses until the server starts again. */
  strong(): Promise<StrongSandbox | StrongRefusal>
  /** @throws Fault `cannot_start` where a strong sandbox is required and this machine has none */
  start(): Promise<void>
  close(): Promise<void>
}

/** Costs nothing until the first skill with code is opened. */
export function openSandboxes(around: Around): Sandboxes {
  const { settings, metrics } = around
  const figures = figuresIn(metrics)
  let isolate: Promise<Isolate> | null = null
  let strong: Promise<StrongSandbox | StrongRefusal> | null = null
  const openedStrong = (): Promise<StrongSandbox | StrongRefusal> => (strong ??= tested(around))
  return {
    figures,
    settings,
    isolate: () =>
      (isolate ??= openIsolate({
        workers: settings.isolateWorkers,
        figures: isolateFigures(metrics, figures),
      })),
    strong: openedStrong,
    async start() {
      if (settings.strong !== 'required') return
      const opened = await openedStrong()
      if (opened.backend === null) {
        throw new Fault(
          'cannot_start',
          `skills.strong is required, and there is no strong sandbox: ${opened.reason}`,
        )
      }
    },
    async close() {
      await (await isolate)?.close()
      const opened = await strong
      if (opened?.backend === 'bubblewrap') await opened.close()
    },
  }
}

async function tested({
  settings,
  directory,
  node,
  metrics,
}: Around): Promise<StrongSandbox | StrongRefusal> {
  if (settings.strong === 'off') return { backend: null, reason: 'it is switched off (skills.strong).' }
  const seconds = metrics.histogram('freehold_sandbox_start_seconds').bind({})
  // What could not even be tried is no sandbox, and says so as one that did not hold.
  const found = await testStrong({ directory, node, started: (took) => seconds.observe(took) }).catch(
    (error: unknown): StrongRefusal => ({
      backend: null,
      reason: `it could not be tried (${error instanceof Error && 'code' in error ? String(error.code) : 'error'} at ${directory}).`,
    }),
  )
  metrics
    .gauge('freehold_sandbox_strong')
    .bind({})
    .set(found.backend === null ? 0 : 1)
  return found
}

function figuresIn(metrics: Metrics): SandboxFigures {
  const calls = metrics.counter('freehold_sandbox_calls_total')
  const kills = metrics.counter('freehold_sandbox_kills_total')
  return {
    called: (tier, outcome) => calls.bind({ type: tier, outcome }).inc(),
    killed: (tier, reason) => kills.bind({ type: tier, reason }).inc(),
  }
}

const isolateFigures = (metrics: Metrics, figures: SandboxFigures) => ({
  ended(outcome: string, isKilled: boolean) {
    figures.called('isolate', outcome === 'ok' ? 'ok' : 'failed')
    if (isKilled) figures.killed('isolate', outcome)
  },
  threads: (count: number) => metrics.gauge('freehold_sandbox_threads').bind({}).set(count),
})
