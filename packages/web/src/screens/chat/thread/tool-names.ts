import type { SkillView } from '@freehold/sdk'

type Named = Pick<SkillView, 'title' | 'zh' | 'operations'>

export interface ToolNames {
  /** What people call it; its own name where nobody knows another. */
  readonly nameOf: (tool: string) => string
  /** What its skill says that it does. */
  readonly aboutOf: (tool: string) => string | null
}

/** How the tools of skills are called where people read: by the title of their skill and what they do. */
export function toolNames(skills: readonly Named[], isChinese: boolean): ToolNames {
  const found = (tool: string) => {
    for (const skill of skills)
      for (const operation of skill.operations) if (operation.tool === tool) return { skill, operation }
    return null
  }
  return {
    nameOf(tool) {
      const known = found(tool)
      if (known === null) return tool
      const { skill, operation } = known
      const title = isChinese ? (skill.zh?.title ?? skill.title) : skill.title
      const plain = operation.title ?? operation.id.replaceAll('_', ' ')
      const does = isChinese ? (operation.zh?.title ?? plain) : plain
      return isChinese ? `${title}：${does}` : `${title}: ${does}`
    },
    aboutOf(tool) {
      const known = found(tool)?.operation
      if (known === undefined) return null
      const about = isChinese ? (known.zh?.description ?? known.description) : known.description
      return about.replace(/[.。]$/, '')
    },
  }
}
