import type { ReactNode } from 'react'
import { duration, percent } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import type { Tone } from '../../../parts/chip.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { localModelProblem } from './local-model-problems.ts'
import type { Listed } from './targets.ts'
import { routingProblem } from '../../trust/routing-problems.ts'

const words = defineWords('target-state', {
  used: { en: 'In use', zh: '使用中' },
  drained: { en: 'Out of service', zh: '已停用' },
  unused: { en: 'Not in use', zh: '未启用' },
  unhealthy: { en: 'Not well', zh: '健康检查未通过' },
  open: { en: 'Failing', zh: '持续失败' },
  unhealthyHelp: {
    en: 'It does not answer its health check, so it gets no requests.',
    zh: '它没有通过健康检查，因此不会收到请求。',
  },
  circuit: {
    en: '{model}: {failures} failures in a row; left alone for {time}.',
    zh: '{model}：连续失败 {failures} 次，{time}内不再请求。',
  },
  half: {
    en: '{model}: the next call finds out whether it is back.',
    zh: '{model}：下一次调用将确认它是否恢复。',
  },
  ejected: {
    en: '{model}: {share} of its calls failed, so its group leaves it out for {time}.',
    zh: '{model}：{share} 的调用失败，所在分组在 {time}内跳过它。',
  },
  it: { en: 'The service', zh: '该服务' },
})

type State = 'used' | 'drained' | 'unused' | 'unhealthy' | 'open'
const TONES: Readonly<Record<State, Tone>> = {
  used: 'good',
  drained: 'caution',
  unused: 'alarm',
  unhealthy: 'alarm',
  open: 'alarm',
}

function stateOf(target: Listed): State {
  if (target.problems.length > 0 || target.unusable !== undefined) return 'unused'
  if (target.drained) return 'drained'
  if (target.health === 'unhealthy') return 'unhealthy'
  return target.circuits.some(({ state }) => state !== 'closed') ? 'open' : 'used'
}

export function useTargetState(): (target: Listed) => string {
  const w = useWords(words)
  return (target) => w(stateOf(target))
}

export function TargetState({ of }: { readonly of: Listed }): ReactNode {
  const w = useWords(words)
  const state = stateOf(of)
  return <Chip tone={TONES[state]}>{w(state)}</Chip>
}

/** Why it gets no requests, or fewer than it might. */
export function TargetProblems({ of }: { readonly of: Listed }): ReactNode {
  const w = useWords(words)
  const called = (model: string | null): string => model ?? w('it')
  const own = [
    ...(of.health === 'unhealthy' && of.unusable === undefined ? [w('unhealthyHelp')] : []),
    ...of.circuits.flatMap(({ model, state, failures, retryInMs }) =>
      state === 'open'
        ? [w('circuit', { model: called(model), failures, time: duration(retryInMs ?? 0) })]
        : state === 'half_open'
          ? [w('half', { model: called(model) })]
          : [],
    ),
    ...of.load.flatMap(({ model, failing, ejectedForMs }) =>
      ejectedForMs === null
        ? []
        : [w('ejected', { model: called(model), share: percent(failing), time: duration(ejectedForMs) })],
    ),
  ]
  const lines = [...own, ...of.problems.map(routingProblem)]
  const unusable = localModelProblem(of.unusableRemark)
  if (lines.length === 0 && of.unusable === undefined) return null
  return (
    <ul className="text-small text-alarm">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
      {of.unusable !== undefined &&
        (unusable === null ? <li lang="en">{of.unusable}</li> : <li>{unusable}</li>)}
    </ul>
  )
}
