import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { useMay } from '../../session/session.ts'
import { areaWords } from '../../shell/areas.ts'
import { ColumnLinks } from '../../shell/column-links.tsx'

const words = defineWords('trust-column', {
  overview: { en: 'Overview', zh: '概览' },
  ledger: { en: 'Ledger of requests', zh: '请求台账' },
  simulator: { en: 'Where would this go?', zh: '会发往哪里？' },
  start: { en: 'First steps', zh: '入门' },
})

export function TrustColumn(): ReactNode {
  const a = useWords(areaWords)
  const w = useWords(words)
  const may = useMay()
  return (
    <ColumnLinks
      label={a('trust')}
      groups={[
        {
          title: a('trust'),
          links: [
            { to: '/trust', title: w('overview') },
            ...(may('requests') ? [{ to: '/trust/ledger', title: w('ledger') }] : []),
            { to: '/trust/simulator', title: w('simulator') },
            { to: '/start', title: w('start') },
          ],
        },
      ]}
    />
  )
}
