import type { ReactNode } from 'react'
import { areaWords } from '../../shell/areas.ts'
import { ColumnLinks } from '../../shell/column-links.tsx'
import { useWords } from '../../language/words.ts'
import { useSession } from '../../session/session.ts'
import { peopleLinks } from './people-links.ts'

export function AdminColumn(): ReactNode {
  const a = useWords(areaWords)
  const { powers } = useSession().caller
  return (
    <ColumnLinks
      label={a('admin')}
      groups={[{ links: [{ to: '/admin', title: a('admin') }] }, peopleLinks(powers)]}
    />
  )
}
