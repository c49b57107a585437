import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Page } from '../../parts/page.tsx'
import { useMay, useSession } from '../../session/session.ts'
import { AppPanel } from './app-panel.tsx'
import { DataPanel } from './data-panel.tsx'
import { GrantsPanel } from './grants-panel.tsx'
import { KeysPanel } from './keys-panel.tsx'
import { LinksPanel } from './links-panel.tsx'
import { LookPanel } from './look-panel.tsx'
import { NoticeBar } from './notice-bar.tsx'
import { PasskeysPanel } from './passkeys-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { ProgramsPanel } from './programs-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'
import { YouPanel } from './you-panel.tsx'

const words = defineWords('account', {
  title: { en: 'Your account', zh: '我的账户' },
  who: { en: 'Signed in as {name}', zh: '当前登录：{name}' },
})

export function AccountScreen(): ReactNode {
  const w = useWords(words)
  const may = useMay()
  const { caller } = useSession()
  return (
    <Page isWide title={w('title')} lead={w('who', { name: caller.name ?? caller.principal })}>
      <NoticeBar />
      <div>
        <YouPanel />
        <PasswordPanel />
        <AppPanel />
        <PasskeysPanel />
        <LinksPanel />
        <SessionsPanel />
        <ProgramsPanel />
        {may('keys') && <KeysPanel />}
        {may('conversations') && <GrantsPanel />}
        <DataPanel />
        <LookPanel />
      </div>
    </Page>
  )
}
