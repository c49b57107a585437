import type { UseQueryResult } from '@tanstack/react-query'
import { useQuery } from '@tanstack/react-query'
import type { Page, SkillView } from '@freehold/sdk'
import { server } from '../../server.ts'

export const INSTALLED = ['skills', 'installed'] as const

export const useInstalled = (): UseQueryResult<Page<SkillView>> =>
  useQuery({ queryKey: INSTALLED, queryFn: () => server.skills.list() })
