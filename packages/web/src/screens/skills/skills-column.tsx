import type { ReactNode } from 'react'
import { useWords } from '../../language/words.ts'
import { useMay } from '../../session/session.ts'
import type { ColumnLink } from '../../shell/column-links.tsx'
import { ColumnLinks } from '../../shell/column-links.tsx'
import { useApprovals } from './approvals.ts'
import { titleOf } from './both.ts'
import { useInstalled } from './installed.ts'
import { skillsWords } from './skills-words.ts'

export function SkillsColumn(): ReactNode {
  const w = useWords(skillsWords)
  const may = useMay()
  const installed = useInstalled()
  const approvals = useApprovals()
  const waiting = approvals.items.length
  const links: readonly (ColumnLink | false)[] = [
    { to: '/skills', title: w('installed') },
    may('settings') && { to: '/skills/catalogue', title: w('catalogue') },
    may('conversations') && {
      to: '/skills/approvals',
      title: w('approvals'),
      ...(waiting > 0 && {
        note: <span className="rounded-full bg-caution-tint px-1.5 text-tiny text-caution">{waiting}</span>,
      }),
    },
    may('settings') && { to: '/skills/reviews', title: w('reviews') },
    may('settings') && { to: '/skills/new', title: w('new') },
  ]
  return (
    <ColumnLinks
      label={w('title')}
      groups={[
        { links: links.filter((link) => link !== false) },
        {
          title: w('installed'),
          links: (installed.data?.data ?? []).map((skill) => ({
            to: `/skills/of/${skill.name}`,
            title: titleOf(skill),
          })),
        },
      ]}
    />
  )
}
