import type { LocalModelProblem } from '@freehold/contract/local-model-problems.ts'
import type { Line } from '../../kernel/dialler/dialler.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { LocalModelDefinition } from '../../kernel/target-definition.ts'
import { localLine } from './local-line.ts'
import { ModelProcess } from './model-process.ts'

/** What the target of a model is told of it. */
export interface Following {
  readonly well: () => void
  /** `why`: for whoever asks for it. */
  readonly unwell: (code: string, why: LocalModelProblem) => void
}

/** Starts the processes of local models, and leads lines to them. */
export interface LocalModels {
  open(definition: LocalModelDefinition, following: Following): Line
}

export function createLocalModels({
  log,
  metrics,
}: {
  readonly log: Log
  readonly metrics: Metrics
}): LocalModels {
  const processes = new Map<string, ModelProcess>()
  const gauges = {
    waiting: metrics.gauge('freehold_local_model_waiting'),
    memory: metrics.gauge('freehold_local_model_memory_bytes'),
  }
  const starts = metrics.counter('freehold_local_model_starts_total')
  metrics.beforeRender(() => {
    for (const [target, model] of processes) {
      gauges.waiting.bind({ target }).set(model.waiting)
      gauges.memory.bind({ target }).set(model.memoryBytes)
    }
  })
  return {
    open({ name: target, engine }, following) {
      const model = new ModelProcess(engine, {
        ready({ ms, contextTokens }) {
          starts.bind({ target, outcome: 'ready' }).inc()
          log.info('localModel.ready', { target, contextTokens, ms })
          following.well()
        },
        failed({ code, problem, retryInMs }) {
          starts.bind({ target, outcome: code }).inc()
          log.error('localModel.failed', { target, code, retryInMs })
          following.unwell(code, problem)
        },
        broke: (name) => log.error('localModel.broke', { target, name }),
      })
      processes.set(target, model)
      model.start()
      return localLine(model, () => {
        if (processes.get(target) !== model) return
        processes.delete(target)
        gauges.waiting.bind({ target }).set(0)
        gauges.memory.bind({ target }).set(0)
      })
    },
  }
}
