import type { ComponentType } from 'react'
import { lazy } from 'react'
import type { AreaId } from './areas.ts'

/** What stands between the rail and the screens of an area: lists and parts to choose from. */
export const Columns: Readonly<Record<AreaId, ComponentType>> = {
  chat: lazy(async () => ({ default: (await import('../screens/chat/chat-column.tsx')).ChatColumn })),
  knowledge: lazy(async () => ({
    default: (await import('../screens/knowledge/knowledge-column.tsx')).KnowledgeColumn,
  })),
  skills: lazy(async () => ({ default: (await import('../screens/skills/skills-column.tsx')).SkillsColumn })),
  trust: lazy(async () => ({ default: (await import('../screens/trust/trust-column.tsx')).TrustColumn })),
  admin: lazy(async () => ({ default: (await import('../screens/admin/admin-column.tsx')).AdminColumn })),
}
