import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import type { PersonPanelProps } from './person-rights.tsx'
import { personWords } from './person-words.ts'

interface AccountPanelProps extends PersonPanelProps {
  readonly onGone: () => Promise<void>
}

/** Shut, open again, delete. */
export function AccountPanel({ user, onChanged, onGone }: AccountPanelProps): ReactNode {
  const w = useWords(personWords)
  const [asked, setAsked] = useState<'close' | 'reopen' | 'delete' | null>(null)
  const { id, name, disabledAt } = user
  const close = (): void => setAsked(null)
  const put = async (disabled: boolean): Promise<void> => {
    await server.users.change(id, { disabled })
    await onChanged()
    notify(w(disabled ? 'closeDone' : 'reopenDone', { name }))
  }
  return (
    <Panel title={w('account')} lead={w('accountLead')}>
      <div className="flex flex-wrap gap-2">
        {disabledAt === null ? (
          <Button look="danger" onClick={() => setAsked('close')}>
            {w('close')}
          </Button>
        ) : (
          <Button onClick={() => setAsked('reopen')}>{w('reopen')}</Button>
        )}
        <Button look="danger" onClick={() => setAsked('delete')}>
          {w('delete')}
        </Button>
      </div>
      {asked === 'close' && (
        <Confirm
          isOpen
          onClose={close}
          title={w('closeTitle', { name })}
          action={w('closeSend')}
          onConfirm={() => put(true)}
        >
          {w('closeText', { name })}
        </Confirm>
      )}
      {asked === 'reopen' && (
        <FormDialog
          title={w('reopenTitle', { name })}
          lead={w('reopenText', { name })}
          send={w('reopenSend')}
          onClose={close}
          onSend={() => put(false)}
        />
      )}
      {asked === 'delete' && (
        <Confirm
          isOpen
          onClose={close}
          title={w('deleteTitle', { name })}
          action={w('deleteSend')}
          typed={name}
          onConfirm={async () => {
            await server.users.delete(id)
            notify(w('deleteDone', { name }))
            await onGone()
          }}
        >
          {w('deleteText', { name })}
        </Confirm>
      )}
    </Panel>
  )
}
