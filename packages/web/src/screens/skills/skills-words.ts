import type { SkillKind, SkillReportSkillVerdict, SkillState, ToolEffect } from '@freehold/sdk'
import { defineWords } from '../../language/words.ts'

type Both = { en: string; zh: string }

export const effectWords = defineWords('effect', {
  read: { en: 'Only reads', zh: '只读取' },
  write: { en: 'Changes things', zh: '会更改数据' },
  destructive: { en: 'Destroys things', zh: '会删除数据' },
  'external-send': { en: 'Sends things out', zh: '会向外发送' },
} satisfies Record<ToolEffect, Both>)

/** Each effect once. Reading is worth a word only where a skill does nothing else. */
export function effectsOf(effects: readonly ToolEffect[]): readonly ToolEffect[] {
  const others = [...new Set(effects)].filter((effect) => effect !== 'read')
  return others.length === 0 && effects.length > 0 ? ['read'] : others
}

export const kindWords = defineWords('skill-kind', {
  openapi: { en: 'API', zh: 'API' },
  http: { en: 'HTTP', zh: 'HTTP' },
  mcp: { en: 'MCP server', zh: 'MCP 服务器' },
  code: { en: 'Code', zh: '代码' },
  prompt: { en: 'Instructions', zh: '说明' },
  workflow: { en: 'Workflow', zh: '工作流' },
} satisfies Record<SkillKind, Both>)

export const stateWords = defineWords('skill-state', {
  enabled: { en: 'Enabled', zh: '已启用' },
  disabled: { en: 'Switched off', zh: '已停用' },
  quarantined: { en: 'Quarantined', zh: '已隔离' },
} satisfies Record<SkillState, Both>)

export const verdictWords = defineWords('skill-verdict', {
  pass: { en: 'Check passed', zh: '检查通过' },
  review: { en: 'A person has to look', zh: '需要人工审查' },
  block: { en: 'Blocked by the check', zh: '检查未通过' },
} satisfies Record<SkillReportSkillVerdict, Both>)

export const skillsWords = defineWords('skills', {
  title: { en: 'Skills', zh: '技能' },
  installed: { en: 'Installed', zh: '已安装' },
  catalogue: { en: 'Catalogue', zh: '技能目录' },
  approvals: { en: 'Waiting for your yes', zh: '等待您的许可' },
  reviews: { en: 'Reviews', zh: '审查' },
  new: { en: 'Build one from an API', zh: '从 API 创建' },
})
