import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Button } from '../parts/button.tsx'
import { TextField } from '../parts/field.tsx'
import { missingFrom } from './password-rules.ts'

const words = defineWords('password-field', {
  password: { en: 'Password', zh: '密码' },
  again: { en: 'Your password', zh: '您的密码' },
  againHelp: {
    en: 'Once more, so that nobody changes this at a screen you left open.',
    zh: '请再输入一次，以免有人趁您离开时更改。',
  },
  help: {
    en: 'Fifteen characters or more, of any kind. A short sentence is a good password; your name, runs such as 12345 and what many people use are refused.',
    zh: '至少十五个字符，种类不限。一句短话就是很好的密码；您的名称、12345 这样的连续字符和许多人都在用的密码会被拒绝。',
  },
  missing: { en: 'Enter your password.', zh: '请输入密码。' },
  short: {
    en: '{count, plural, one {At least fifteen characters: one more is needed.} other {At least fifteen characters: # more are needed.}}',
    zh: '至少十五个字符：还差 {count} 个。',
  },
  show: { en: 'Show', zh: '显示' },
  hide: { en: 'Hide', zh: '隐藏' },
  showLabel: { en: 'Show password', zh: '显示密码' },
  hideLabel: { en: 'Hide password', zh: '隐藏密码' },
})

/** What is wrong with a password before it is even sent; '' where nothing is. */
export function useComplaint(): (password: string, isNew: boolean) => string {
  const w = useWords(words)
  return (password, isNew) => {
    if (!isNew) return password === '' ? w('missing') : ''
    const count = missingFrom(password)
    return count > 0 ? w('short', { count }) : ''
  }
}

interface PasswordFieldProps {
  readonly id?: string
  readonly label?: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly isNew?: boolean
  readonly error?: string
}

/** A password, hidden until somebody wants to see it. */
export function PasswordField({
  id,
  label,
  value,
  onChange,
  isNew = false,
  error = '',
}: PasswordFieldProps): ReactNode {
  const w = useWords(words)
  const [isShown, setShown] = useState(false)
  return (
    <div className="relative">
      <TextField
        {...(id !== undefined && { id })}
        name="password"
        label={label ?? w('password')}
        {...(isNew && { help: w('help') })}
        error={error}
        type={isShown ? 'text' : 'password'}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete={isNew ? 'new-password' : 'current-password'}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={256}
        className="pe-20"
      />
      <div className="absolute end-1 top-7">
        <Button
          size="small"
          look="quiet"
          onClick={() => setShown(!isShown)}
          aria-label={w(isShown ? 'hideLabel' : 'showLabel')}
        >
          {w(isShown ? 'hide' : 'show')}
        </Button>
      </div>
    </div>
  )
}

/** The person's own password once more, in a dialog that changes what protects the account. */
export function PasswordAgain({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
}): ReactNode {
  const w = useWords(words)
  return (
    <TextField
      label={w('again')}
      help={w('againHelp')}
      type="password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="current-password"
      maxLength={256}
    />
  )
}
