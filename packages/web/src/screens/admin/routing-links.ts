import { defineWords, say } from '../../language/words.ts'
import type { ColumnGroup } from '../../shell/column-links.tsx'

const words = defineWords('routing-links', {
  title: { en: 'Where things go', zh: '去向与处理' },
  targets: { en: 'Targets', zh: '目标' },
  rules: { en: 'Rules', zh: '路由规则' },
  desensitising: { en: 'Desensitising', zh: '脱敏' },
  cache: { en: 'Kept answers and vectors', zh: '缓存与向量' },
})

const LINKS = [
  ['/admin/targets', 'targets'],
  ['/admin/routes', 'rules'],
  ['/admin/desensitising', 'desensitising'],
  ['/admin/cache', 'cache'],
] as const

/** The screens about where requests go and what is done to them; all need the power over settings. */
export const routingLinks = (powers: readonly string[]): ColumnGroup => ({
  title: say(words, 'title'),
  links: powers.includes('settings') ? LINKS.map(([to, title]) => ({ to, title: say(words, title) })) : [],
})
