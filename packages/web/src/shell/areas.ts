import type { LucideIcon } from 'lucide-react'
import { BookOpen, Blocks, MessagesSquare, Settings2, ShieldCheck } from 'lucide-react'
import { defineWords } from '../language/words.ts'

export const areaWords = defineWords('area', {
  chat: { en: 'Chat', zh: '对话' },
  knowledge: { en: 'Knowledge', zh: '知识库' },
  skills: { en: 'Skills', zh: '技能' },
  trust: { en: 'Trust', zh: '信任' },
  admin: { en: 'Admin', zh: '管理' },
})

export type AreaId = keyof typeof areaWords.texts

export interface Area {
  readonly id: AreaId
  readonly path: `/${string}`
  readonly icon: LucideIcon
  /** It is shown to whoever has one of these; to everybody without any. */
  readonly powers: readonly string[]
}

/** Where one can go, in the order of the rail. */
export const AREAS: readonly Area[] = [
  { id: 'chat', path: '/chat', icon: MessagesSquare, powers: ['conversations'] },
  { id: 'knowledge', path: '/knowledge', icon: BookOpen, powers: ['knowledge'] },
  { id: 'skills', path: '/skills', icon: Blocks, powers: ['skills'] },
  { id: 'trust', path: '/trust', icon: ShieldCheck, powers: [] },
  {
    id: 'admin',
    path: '/admin',
    icon: Settings2,
    powers: ['settings', 'people', 'audit', 'keys', 'tenants', 'requests'],
  },
]
