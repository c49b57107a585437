import { useNavigate } from '@tanstack/react-router'
import { LogOut, UserRoundCog } from 'lucide-react'
import type { ReactNode } from 'react'
import { LANGUAGES, language, speak } from '../language/language.ts'
import { defineWords, useWords } from '../language/words.ts'
import { IconButton } from '../parts/button.tsx'
import { Menu, MenuItem, MenuLabel, MenuLine } from '../parts/menu.tsx'
import { useSession } from '../session/session.ts'
import { useSignOut } from '../session/sign-out.ts'
import { chooseLook, LOOKS, useLook } from './look.ts'

const words = defineWords('person', {
  account: { en: 'Account and sign-in', zh: '账户与登录' },
  language: { en: 'Language', zh: '语言' },
  look: { en: 'Look', zh: '外观' },
  system: { en: 'As the system', zh: '跟随系统' },
  light: { en: 'Light', zh: '浅色' },
  dark: { en: 'Dark', zh: '深色' },
  signOut: { en: 'Sign out', zh: '退出登录' },
})

const NAMES = { en: 'English', 'zh-CN': '中文' } as const

interface PersonMenuProps {
  readonly label: string
  readonly icon: ReactNode
}

/** Who is signed in, and what is theirs to choose wherever they are. */
export function PersonMenu({ label, icon }: PersonMenuProps): ReactNode {
  const w = useWords(words)
  const { caller } = useSession()
  const signOut = useSignOut()
  const navigate = useNavigate()
  const look = useLook()
  return (
    <Menu trigger={<IconButton label={label}>{icon}</IconButton>}>
      <MenuLabel>{caller.name ?? caller.principal}</MenuLabel>
      <MenuItem
        icon={<UserRoundCog aria-hidden className="size-4" />}
        onSelect={() => void navigate({ to: '/account' })}
      >
        {w('account')}
      </MenuItem>
      <MenuLine />
      <MenuLabel>{w('language')}</MenuLabel>
      {LANGUAGES.map((one) => (
        <MenuItem key={one} isChecked={language() === one} onSelect={() => speak(one)}>
          <span lang={one}>{NAMES[one]}</span>
        </MenuItem>
      ))}
      <MenuLine />
      <MenuLabel>{w('look')}</MenuLabel>
      {LOOKS.map((one) => (
        <MenuItem key={one} isChecked={look === one} onSelect={() => chooseLook(one)}>
          {w(one)}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={<LogOut aria-hidden className="size-4" />} onSelect={() => void signOut()}>
        {w('signOut')}
      </MenuItem>
    </Menu>
  )
}
