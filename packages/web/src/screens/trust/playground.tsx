import { FreeholdError } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Checkbox, SelectField } from '../../parts/field.tsx'
import { Sheet } from '../../parts/page.tsx'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { countTypes } from './body-layout.ts'
import { BodyView } from './body-view.tsx'
import { Counts } from './counts.tsx'
import { maskedSpans } from './masked-spans.ts'
import { MarkedText } from './marked-text.tsx'
import { useRules } from './rule-name.tsx'

const words = defineWords('playground', {
  nothing: { en: 'Nothing personal and no secret was found.', zh: '没有发现个人数据或密钥。' },
  unsure: { en: 'Show also what is too unsure to be acted on', zh: '也显示把握不足、不作处理的内容' },
  profile: { en: 'Profile', zh: '脱敏配置' },
  asRule: { en: 'As the rule says', zh: '按规则' },
  body: { en: 'The body that would leave', zh: '将要发出的正文' },
  for: { en: 'For {target}, by {profile}:', zh: '发往 {target}，按 {profile}：' },
  none: {
    en: 'By the rules this leads to no managed target, so nothing would leave that had to be masked.',
    zh: '按规则不会发往任何托管目标，因此没有需要脱敏后发出的内容。',
  },
  placeholder: { en: 'Type something above.', zh: '请在上面输入内容。' },
})

const PROFILES = ['strict', 'pipl', 'gdpr', 'hipaa', 'secrets-only'] as const

interface PlaygroundProps {
  readonly text: string
  readonly model?: string
}

/** What is found in a text, and the body that would leave by a profile. */
export function Playground({ text, model }: PlaygroundProps): ReactNode {
  const w = useWords(words)
  const may = useMay()
  const [isUnsureShown, setUnsureShown] = useState(false)
  const found = useQuery({
    queryKey: ['trust', 'detect', text, isUnsureShown],
    queryFn: ({ signal }) =>
      server.privacy.detect({ text, ...(isUnsureShown && { minScore: 0 }) }, { signal }),
    placeholderData: (before) => before,
  })
  if (text.trim() === '') return <p className="text-small text-soft">{w('placeholder')}</p>
  return (
    <div className="space-y-4">
      <Sheet className="space-y-3">
        <Shown query={found}>
          {({ entities }) =>
            entities.length === 0 ? (
              <p className="text-small text-soft">{w('nothing')}</p>
            ) : (
              <>
                <Counts of={countTypes(entities)} />
                <MarkedText text={text} entities={entities} />
              </>
            )
          }
        </Shown>
        <Checkbox label={w('unsure')} checked={isUnsureShown} onChange={setUnsureShown} />
      </Sheet>
      {may('model') && <Leaving text={text} {...(model !== undefined && { model })} />}
    </div>
  )
}

function Leaving({ text, model }: PlaygroundProps): ReactNode {
  const w = useWords(words)
  const [profile, setProfile] = useState('')
  const rules = useRules()
  const named = (rules ?? []).map(({ desensitise }) => desensitise).filter((name) => name !== 'none')
  const preview = useQuery({
    queryKey: ['trust', 'preview', text, model, profile],
    queryFn: async ({ signal }) => {
      const body = {
        messages: [{ role: 'user', content: text }],
        ...(model !== undefined && { model }),
        ...(profile !== '' && { desensitise: profile }),
      }
      try {
        return await server.privacy.preview(body, { signal })
      } catch (error) {
        if (error instanceof FreeholdError && error.code === 'no_route') return null
        throw error
      }
    },
  })
  return (
    <Sheet className="space-y-3">
      <div className="w-56">
        <SelectField
          label={w('profile')}
          value={profile}
          onChange={(event) => setProfile(event.currentTarget.value)}
        >
          <option value="">{w('asRule')}</option>
          {[...new Set([...PROFILES, ...named])].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <Shown query={preview}>
        {(data) =>
          data === null || data.zone !== 'managed' ? (
            <p className="text-small text-soft">{w('none')}</p>
          ) : (
            <>
              <p className="text-small text-soft">
                {w('for', { target: data.target, profile: data.desensitise ?? 'none' })}
              </p>
              <Counts of={data.values} />
              <BodyView
                label={w('body')}
                text={data.outbound}
                spans={maskedSpans(data.outbound, data.values)}
                isStepped
              />
            </>
          )
        }
      </Shown>
    </Sheet>
  )
}
