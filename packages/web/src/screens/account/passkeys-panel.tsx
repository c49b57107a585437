import type { PasskeyView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Row, Rows } from '../../parts/rows.tsx'
import { Shown } from '../../parts/state.tsx'
import { notify } from '../../parts/toast.tsx'
import { server } from '../../server.ts'
import { canUsePasskeys, makePasskey } from '../../session/passkey.ts'
import { PasswordAgain } from '../../session/password-field.tsx'
import { FACTORS_KEY, readFactors } from './factors.ts'

const words = defineWords('passkeys', {
  title: { en: 'Passkeys', zh: '通行密钥' },
  lead: {
    en: 'Sign in with a fingerprint, a face or a PIN, without a name and a password.',
    zh: '用指纹、面容或 PIN 登录，无需名称和密码。',
  },
  none: { en: 'You have none.', zh: '您还没有通行密钥。' },
  unable: {
    en: 'At this address browsers offer no passkeys: they need a host name, such as localhost, and a secure connection.',
    zh: '浏览器在这个地址不提供通行密钥：需要主机名（例如 localhost）和安全连接。',
  },
  made: { en: 'made', zh: '创建于' },
  used: { en: 'used', zh: '使用于' },
  never: { en: 'never used', zh: '从未使用' },
  add: { en: 'Add a passkey', zh: '添加通行密钥' },
  addText: { en: 'Your browser asks you next where to keep it.', zh: '接下来浏览器会询问保存在哪里。' },
  goOn: { en: 'Go on', zh: '继续' },
  name: { en: 'What to call it', zh: '名称' },
  nameHelp: { en: 'So that you know it again, such as “Telephone”.', zh: '便于您辨认，例如“手机”。' },
  added: { en: 'The passkey {name} was added.', zh: '已添加通行密钥 {name}。' },
  remove: { en: 'Remove', zh: '移除' },
  removeLabel: { en: 'Remove the passkey {name}', zh: '移除通行密钥 {name}' },
  removeTitle: { en: 'Remove the passkey {name}?', zh: '移除通行密钥 {name}？' },
  removeText: {
    en: 'It opens nothing here any more. Delete it where it is kept, too.',
    zh: '它在这里不再有效。请在保存它的地方也将其删除。',
  },
  removeSend: { en: 'Remove passkey', zh: '移除通行密钥' },
  removed: { en: 'The passkey {name} was removed.', zh: '通行密钥 {name} 已移除。' },
  wrong: { en: 'The password is wrong.', zh: '密码不正确。' },
  invalid: { en: 'Enter a name for the passkey and your password.', zh: '请输入通行密钥的名称和您的密码。' },
  notMade: {
    en: 'No passkey was made. Try again, or choose another place for it.',
    zh: '没有生成通行密钥。请重试，或选择其他保存位置。',
  },
  known: {
    en: 'This device has a passkey for your account already.',
    zh: '这台设备上已有您账户的通行密钥。',
  },
})

export function PasskeysPanel(): ReactNode {
  const w = useWords(words)
  const factors = useQuery({ queryKey: FACTORS_KEY, queryFn: readFactors })
  const queries = useQueryClient()
  const [asked, setAsked] = useState<PasskeyView | 'new' | null>(null)
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: FACTORS_KEY })
  const removed = asked === 'new' ? null : asked
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <Shown query={factors}>
        {({ passkeys }) => (
          <Rows label={w('title')} none={w('none')}>
            {passkeys.map((passkey) => (
              <Row
                key={passkey.id}
                title={passkey.name}
                facts={[
                  <>
                    {w('made')} <Moment at={passkey.createdAt} />
                  </>,
                  passkey.usedAt === null ? (
                    w('never')
                  ) : (
                    <>
                      {w('used')} <Moment at={passkey.usedAt} />
                    </>
                  ),
                ]}
                actions={
                  <Button
                    size="small"
                    look="danger"
                    aria-label={w('removeLabel', { name: passkey.name })}
                    onClick={() => setAsked(passkey)}
                  >
                    {w('remove')}
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Shown>
      {canUsePasskeys() ? (
        <Button onClick={() => setAsked('new')}>{w('add')}</Button>
      ) : (
        <p className="text-small text-soft">{w('unable')}</p>
      )}
      {asked === 'new' && <AddPasskey onClose={() => setAsked(null)} onAdded={again} />}
      {removed !== null && (
        <Confirm
          isOpen
          onClose={() => setAsked(null)}
          title={w('removeTitle', { name: removed.name })}
          action={w('removeSend')}
          onConfirm={async () => {
            await server.passkeys.remove(removed.id)
            await again()
            notify(w('removed', { name: removed.name }))
          }}
        >
          {w('removeText')}
        </Confirm>
      )}
    </Panel>
  )
}

interface AddProps {
  readonly onClose: () => void
  readonly onAdded: () => Promise<void>
}

function AddPasskey({ onClose, onAdded }: AddProps): ReactNode {
  const w = useWords(words)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  return (
    <FormDialog
      title={w('add')}
      lead={w('addText')}
      send={w('goOn')}
      refusals={{
        wrong_login: w('wrong'),
        invalid: w('invalid'),
        passkey_none: w('notMade'),
        passkey_known: w('known'),
      }}
      onClose={onClose}
      onSend={async () => {
        const made = await makePasskey(name, password)
        await onAdded()
        notify(w('added', { name: made.name }))
      }}
    >
      <TextField
        label={w('name')}
        help={w('nameHelp')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={128}
      />
      <PasswordAgain value={password} onChange={setPassword} />
    </FormDialog>
  )
}
