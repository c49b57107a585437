import type { FederatedView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Row, Rows } from '../../parts/rows.tsx'
import { Shown } from '../../parts/state.tsx'
import { notify } from '../../parts/toast.tsx'
import { server } from '../../server.ts'
import { Away, useConnections } from '../../session/elsewhere.tsx'
import { PasswordAgain } from '../../session/password-field.tsx'

const words = defineWords('links', {
  title: { en: 'Accounts elsewhere', zh: '外部账户' },
  lead: {
    en: 'With an account that is linked you can sign in here without a password of ours.',
    zh: '关联后，您可以用该账户登录这里，无需此处的密码。',
  },
  none: { en: 'None is linked.', zh: '尚未关联外部账户。' },
  nowhere: {
    en: 'None is linked. Freehold knows no provider to link one of.',
    zh: '尚未关联外部账户，Freehold 也没有可关联的身份提供方。',
  },
  linked: { en: 'linked', zh: '关联于' },
  used: { en: 'used', zh: '使用于' },
  never: { en: 'never used', zh: '从未使用' },
  add: { en: 'Link {name}', zh: '关联 {name}' },
  addTitle: { en: 'Link an account of {name}', zh: '关联 {name} 的账户' },
  addText: {
    en: 'You are sent to {name} to sign in there, and then back.',
    zh: '您将前往 {name} 登录，然后返回这里。',
  },
  goOn: { en: 'Go on', zh: '继续' },
  wrong: {
    en: 'The password is wrong. Who always signs in elsewhere has none here: ask for a password link.',
    zh: '密码不正确。一直通过外部账户登录的人在这里没有密码，请索取密码链接。',
  },
  remove: { en: 'Unlink', zh: '取消关联' },
  removeLabel: { en: 'Unlink the account of {name}', zh: '取消关联 {name} 的账户' },
  removeTitle: { en: 'Unlink the account of {name}?', zh: '取消关联 {name} 的账户？' },
  removeText: {
    en: 'It does not open your account any more. Sessions that are open stay open.',
    zh: '它不能再进入您的账户。已打开的会话不受影响。',
  },
  removeSend: { en: 'Unlink account', zh: '取消关联账户' },
  removed: { en: 'The account of {name} was unlinked.', zh: '已取消关联 {name} 的账户。' },
  only: {
    en: 'It is the only way in that you have. Ask for a password link first.',
    zh: '这是您唯一的登录方式。请先索取密码链接。',
  },
})

const KEY = ['account', 'identities'] as const

interface Connection {
  readonly id: string
  readonly name: string
}

/** Accounts elsewhere that open this one. */
export function LinksPanel(): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const connections = useConnections()
  const linked = useQuery({ queryKey: KEY, queryFn: () => server.federated.list() })
  const [adding, setAdding] = useState<Connection | null>(null)
  const [removing, setRemoving] = useState<FederatedView | null>(null)
  const known = connections.data?.data ?? []
  const nameOf = (id: string): string => known.find((one) => one.id === id)?.name ?? id
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <Shown query={linked}>
        {({ data }) => (
          <Rows label={w('title')} none={w(known.length === 0 ? 'nowhere' : 'none')}>
            {data.map((one) => (
              <Row
                key={one.id}
                title={nameOf(one.connection)}
                facts={[
                  one.subject,
                  <>
                    {w('linked')} <Moment at={one.createdAt} />
                  </>,
                  one.usedAt === null ? (
                    w('never')
                  ) : (
                    <>
                      {w('used')} <Moment at={one.usedAt} />
                    </>
                  ),
                ]}
                actions={
                  <Button
                    size="small"
                    look="danger"
                    aria-label={w('removeLabel', { name: nameOf(one.connection) })}
                    onClick={() => setRemoving(one)}
                  >
                    {w('remove')}
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Shown>
      <div className="flex flex-wrap items-center gap-2">
        {known.map((one) =>
          one.state === 'away' ? (
            <Away key={one.id} name={one.name} />
          ) : (
            <Button key={one.id} onClick={() => setAdding(one)}>
              {w('add', { name: one.name })}
            </Button>
          ),
        )}
      </div>
      {adding !== null && <Link connection={adding} onClose={() => setAdding(null)} />}
      {removing !== null && (
        <FormDialog
          title={w('removeTitle', { name: nameOf(removing.connection) })}
          lead={w('removeText')}
          send={w('removeSend')}
          isGrave
          refusals={{ conflict: w('only') }}
          onClose={() => setRemoving(null)}
          onSend={async () => {
            await server.federated.unlink(removing.id)
            await queries.invalidateQueries({ queryKey: KEY })
            notify(w('removed', { name: nameOf(removing.connection) }))
          }}
        />
      )}
    </Panel>
  )
}

interface LinkProps {
  readonly connection: Connection
  readonly onClose: () => void
}

function Link({ connection: { id, name }, onClose }: LinkProps): ReactNode {
  const w = useWords(words)
  const [password, setPassword] = useState('')
  return (
    <FormDialog
      title={w('addTitle', { name })}
      lead={w('addText', { name })}
      send={w('goOn')}
      refusals={{ wrong_login: w('wrong') }}
      onClose={onClose}
      onSend={async () => {
        const begun = await server.federated.link({ connection: id, password })
        location.assign(begun.location)
      }}
    >
      <PasswordAgain value={password} onChange={setPassword} />
    </FormDialog>
  )
}
