import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { useMay, useSession } from '../../session/session.ts'
import { areaWords } from '../../shell/areas.ts'
import type { ColumnLink } from '../../shell/column-links.tsx'
import { ColumnLinks } from '../../shell/column-links.tsx'
import { peopleLinks } from './people-links.ts'
import { routingLinks } from './routing-links.ts'

const words = defineWords('admin-column', {
  house: { en: 'Installation', zh: '系统' },
  overview: { en: 'Overview and setup', zh: '概览与设置' },
  settings: { en: 'Settings', zh: '配置项' },
  encryption: { en: 'Encryption keys', zh: '加密密钥' },
  records: { en: 'Records', zh: '记录' },
  audit: { en: 'Audit', zh: '审计' },
  keeping: { en: 'Keeping and holds', zh: '保留与法定保留' },
  usage: { en: 'Usage and budgets', zh: '用量与预算' },
})

export function AdminColumn(): ReactNode {
  const a = useWords(areaWords)
  const w = useWords(words)
  const may = useMay()
  const { powers } = useSession().caller
  const shown = (links: readonly (ColumnLink | false)[]): readonly ColumnLink[] =>
    links.filter((link) => link !== false)
  return (
    <ColumnLinks
      label={a('admin')}
      groups={[
        {
          title: w('house'),
          links: shown([
            { to: '/admin', title: w('overview') },
            may('settings') && { to: '/admin/settings', title: w('settings') },
            may('settings') && { to: '/admin/encryption', title: w('encryption') },
          ]),
        },
        routingLinks(powers),
        peopleLinks(powers),
        {
          title: w('records'),
          links: shown([
            may('audit') && { to: '/admin/audit', title: w('audit') },
            may('audit') && { to: '/admin/keeping', title: w('keeping') },
            { to: '/admin/usage', title: w('usage') },
          ]),
        },
      ]}
    />
  )
}
