import type { routeView } from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import { alignedTable } from './table.ts'

type View = z.output<typeof routeView>

/** Rules as a person reads them. */
export function routeTable(routes: readonly View[]): string {
  const rows = routes.map(
    ({ id, when, to, hedge, desensitise, opaque, cache, timeouts, limits, problems }) => [
      id,
      when.class?.join(',') ?? 'any',
      forWhat(when),
      desensitise,
      opaque,
      cache === null ? 'off' : `${cache.ttlSeconds} s, ${cache.scope}`,
      to.map((entry) => (typeof entry === 'string' ? entry : `[${entry.join(', ')}]`)).join(', '),
      [
        ...(hedge ? [`a second one after ${hedge.afterMs} ms`] : []),
        ...Object.entries({ ...timeouts, ...limits }).map(([name, value]) => `${name}=${value}`),
        ...(problems.length > 0 ? [`REFUSES: ${problems.map(({ message }) => message).join('; ')}`] : []),
      ].join(' '),
    ],
  )
  return alignedTable([['RULE', 'CLASS', 'FOR', 'DESENSITISE', 'OPAQUE', 'CACHE', 'TO', ''], ...rows])
}

function forWhat({ model, service, share }: View['when']): string {
  const named = service === null ? `model ${model?.join(',') ?? '*'}` : `service ${service.join(',')}`
  return share === null ? named : `${percent(share)} of ${named}`
}

/** 0.005 is `0.5 %`. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(12))} %`
