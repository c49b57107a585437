import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SkillLevel } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Confirm } from '../../parts/dialog.tsx'
import { Shown } from '../../parts/state.tsx'
import { notifyRefusal } from '../../parts/toast.tsx'
import { server } from '../../server.ts'

const words = defineWords('skill-policy', {
  level: { en: 'What may be installed', zh: '允许安装的范围' },
  certified: { en: 'Certified', zh: '已认证' },
  certifiedHelp: {
    en: 'What a certifier that this house trusts has vouched for, and what comes along with Freehold.',
    zh: '由本系统信任的认证方担保的技能，以及 Freehold 自带的技能。',
  },
  signed: { en: 'Signed', zh: '已签名' },
  signedHelp: { en: 'What its publisher has signed.', zh: '由发布者签名的技能。' },
  dev: { en: 'Anything', zh: '不限' },
  devHelp: {
    en: 'For a machine to try things out on. Each skill is still checked, contained and asks for its permissions.',
    zh: '用于试验的机器。每个技能仍会被检查、隔离，并需要许可。',
  },
  devTitle: { en: 'Take in anything?', zh: '允许安装任何技能？' },
  devConfirm: {
    en: 'Skills that nobody signed can be installed then. What they may do is still for you to permit.',
    zh: '此后可以安装没有签名的技能。它们能做什么仍由您许可。',
  },
  devAction: { en: 'Allow', zh: '允许' },
})

const LEVELS = ['certified', 'signed', 'dev'] as const

/** How much somebody must have vouched for a skill before it is taken in. */
export function PolicyChoice(): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const policy = useQuery({ queryKey: ['skills', 'policy'], queryFn: () => server.skills.policy() })
  const change = useMutation({
    mutationFn: (level: SkillLevel) => server.skills.putPolicy({ level }),
    onSuccess: (next) => queries.setQueryData(['skills', 'policy'], next),
    onError: notifyRefusal,
  })
  return (
    <Shown query={policy}>
      {({ level }) => (
        <fieldset className="space-y-2">
          <legend className="unseen">{w('level')}</legend>
          {LEVELS.map((one) => (
            <label key={one} className="flex gap-3">
              <input
                type="radio"
                name="level"
                checked={level === one}
                onChange={() => (one === 'dev' ? setAsking(true) : change.mutate(one))}
                className="mt-1 size-4 shrink-0 accent-accent"
              />
              <span>
                {w(one)}
                <span className="block text-small text-soft">{w(`${one}Help`)}</span>
              </span>
            </label>
          ))}
          <Confirm
            isOpen={isAsking}
            onClose={() => setAsking(false)}
            title={w('devTitle')}
            action={w('devAction')}
            onConfirm={() => change.mutateAsync('dev')}
          >
            <p>{w('devConfirm')}</p>
          </Confirm>
        </fieldset>
      )}
    </Shown>
  )
}
