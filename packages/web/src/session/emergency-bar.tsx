import type { BreakGlassNotice } from '@freehold/sdk'
import { Siren } from 'lucide-react'
import type { ReactNode } from 'react'
import { moment } from '../language/format.ts'
import { defineWords, useWords } from '../language/words.ts'
import { useIsEmergency } from './session.ts'

const words = defineWords('emergency-bar', {
  open: {
    en: 'Somebody is in with the emergency account until {until}. Their reason: {reason}',
    zh: '有人正在使用应急账户，直到 {until}。理由：{reason}',
  },
  own: {
    en: 'You are in with the emergency account until {until}. Your reason: {reason}',
    zh: '您正在使用应急账户，直到 {until}。您的理由：{reason}',
  },
})

/** Stands above everything for whoever looks after people, as long as somebody is in by break-glass. */
export function EmergencyBar({ notice }: { readonly notice: BreakGlassNotice }): ReactNode {
  const w = useWords(words)
  const isOwn = useIsEmergency()
  return (
    <p
      role="status"
      className="flex items-center justify-center gap-2 bg-alarm px-4 py-1.5 text-small text-on-alarm"
    >
      <Siren aria-hidden className="size-4 shrink-0" />
      {w(isOwn ? 'own' : 'open', { until: moment(notice.endsAt), reason: notice.reason })}
    </p>
  )
}
