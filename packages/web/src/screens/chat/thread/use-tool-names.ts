import { useQuery } from '@tanstack/react-query'
import type { SkillView } from '@freehold/sdk'
import { language } from '../../../language/language.ts'
import { server } from '../../../server.ts'
import { useMay } from '../../../session/session.ts'
import type { ToolNames } from './tool-names.ts'
import { toolNames } from './tool-names.ts'

const NONE: readonly SkillView[] = []

/** Asks for the skills only where one of these tools is of one. */
export function useToolNames(tools: readonly string[]): ToolNames {
  const may = useMay()
  const { data } = useQuery({
    queryKey: ['chat', 'skills', 'all'],
    queryFn: async () => (await server.skills.list()).data,
    enabled: tools.some((tool) => tool.includes('__')) && may('skills'),
    staleTime: 60_000,
  })
  return toolNames(data ?? NONE, language() === 'zh-CN')
}
