import type { ReactNode } from 'react'
import { areaWords } from '../../shell/areas.ts'
import { ColumnLinks } from '../../shell/column-links.tsx'
import { useWords } from '../../language/words.ts'

export function SkillsColumn(): ReactNode {
  const a = useWords(areaWords)
  return <ColumnLinks label={a('skills')} groups={[{ links: [{ to: '/skills', title: a('skills') }] }]} />
}
