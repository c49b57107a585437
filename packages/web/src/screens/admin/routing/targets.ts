import type { TargetList } from '@freehold/sdk'
import { queryOptions } from '@tanstack/react-query'
import { server } from '../../../server.ts'

export type Listed = TargetList['data'][number]

/** What is kept of targets and rules in this browser begins with it. */
export const ROUTING = ['routing'] as const

export const targetsQuery = queryOptions({
  queryKey: [...ROUTING, 'targets'],
  queryFn: () => server.targets.list(),
})

export const rulesQuery = queryOptions({
  queryKey: [...ROUTING, 'rules'],
  queryFn: () => server.routes.list(),
})

/** The names under which clients ask for it. */
export const askedNames = ({ models }: Listed): readonly string[] =>
  models === null ? [] : Array.isArray(models) ? models : Object.keys(models)
