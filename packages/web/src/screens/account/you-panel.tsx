import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { ClassChip, Chip } from '../../parts/chip.tsx'
import { Facts } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { PRIVILEGES, SCOPES, useNames } from '../../session/power-words.ts'
import { useSession } from '../../session/session.ts'

const words = defineWords('you', {
  title: { en: 'You', zh: '您' },
  lead: {
    en: 'What your role and your groups let you do. Somebody who may do as much can change it.',
    zh: '您的角色和群组允许您做的事。权限不低于您的人可以更改。',
  },
  name: { en: 'Name', zh: '名称' },
  role: { en: 'Role', zh: '角色' },
  groups: { en: 'Groups', zh: '群组' },
  none: { en: 'none', zh: '无' },
  ceiling: { en: 'Read and send up to', zh: '可读取和发送的最高密级' },
  may: { en: 'You may', zh: '您可以' },
})

/** Who is signed in and what they may do, in plain words. */
export function YouPanel(): ReactNode {
  const w = useWords(words)
  const names = useNames()
  const { caller } = useSession()
  const powers = [...SCOPES, ...PRIVILEGES].filter((power) => caller.powers.includes(power))
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <div className="space-y-4 rounded-large border border-line bg-sheet p-4">
        <Facts
          facts={[
            [w('name'), caller.name ?? caller.principal],
            [w('role'), caller.roles.map((role) => names.role(role)).join(' · ')],
            [
              w('groups'),
              caller.groups.length === 0 ? (
                <span key="none" className="text-soft">
                  {w('none')}
                </span>
              ) : (
                <span key="groups" className="flex flex-wrap gap-1">
                  {caller.groups.map((group) => (
                    <Chip key={group}>{group}</Chip>
                  ))}
                </span>
              ),
            ],
            [w('ceiling'), <ClassChip key="ceiling" of={caller.classCeiling} />],
          ]}
        />
        <div className="border-t border-line pt-3">
          <h3 className="pb-1.5 text-small text-soft">{w('may')}</h3>
          <ul className="grid gap-x-6 gap-y-1 text-small wide:grid-cols-2">
            {powers.map((power) => (
              <li key={power} className="flex gap-2">
                <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
                {names.power(power)}
              </li>
            ))}
          </ul>
        </div>
      </div>
    </Panel>
  )
}
