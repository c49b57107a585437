import type { RoleView } from '@freehold/sdk'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { SCOPES, useNames } from '../../../session/power-words.ts'

const words = defineWords('role-matrix', {
  caption: { en: 'What each role may use', zh: '各角色可以使用什么' },
  power: { en: 'May use', zh: '可以使用' },
  yes: { en: 'yes', zh: '是' },
  no: { en: 'no', zh: '否' },
})

/** Every role beside every other: what one allows and another does not is seen at a glance. */
export function RoleMatrix({ roles }: { readonly roles: readonly RoleView[] }): ReactNode {
  const w = useWords(words)
  const names = useNames()
  return (
    <div
      className="relative overflow-x-auto rounded-large border border-line bg-sheet"
      tabIndex={0}
      role="region"
      aria-label={w('caption')}
    >
      <table className="w-full text-small">
        <caption className="unseen">{w('caption')}</caption>
        <thead>
          <tr className="border-b border-line text-soft">
            <th scope="col" className="px-3 py-2 text-start font-medium">
              {w('power')}
            </th>
            {roles.map(({ name }) => (
              <th key={name} scope="col" className="px-2 py-2 text-center font-medium whitespace-nowrap">
                {names.role(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {SCOPES.map((scope) => (
            <tr key={scope} className="border-b border-line last:border-0">
              <th scope="row" className="px-3 py-1.5 text-start font-normal whitespace-nowrap">
                {names.scope(scope)}
              </th>
              {roles.map((role) => (
                <td key={role.name} className="px-2 py-1.5 text-center">
                  {role.scopes.includes(scope) ? (
                    <>
                      <Check aria-hidden className="mx-auto size-4 text-accent" />
                      <span className="unseen">{w('yes')}</span>
                    </>
                  ) : (
                    <span className="unseen">{w('no')}</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
