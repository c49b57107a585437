import type { UserView } from '@freehold/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { number } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { TextArea, TextField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Facts } from '../../../parts/page.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { useIsEmergency } from '../../../session/session.ts'
import { saveLines } from '../../account/lines-file.ts'
import { heldOf } from './held-kinds.ts'
import { personWords } from './person-words.ts'

const words = defineWords('erasure', {
  title: { en: 'Erase {name} for good?', zh: '永久删除 {name} 的全部数据？' },
  text: {
    en: 'The account goes, and all that is {name}’s with it: the keys to it are destroyed, so nobody can bring it back.',
    zh: '账户以及属于 {name} 的一切都会消失：相关密钥被销毁，任何人都无法恢复。',
  },
  goes: { en: 'Goes', zh: '将会消失' },
  stays: { en: 'Stays with the house, without the name', zh: '留在系统中，但去掉姓名' },
  nothing: { en: 'Nothing but the account.', zh: '除账户外没有其他内容。' },
  reason: { en: 'Why', zh: '理由' },
  reasonHelp: { en: 'Stands on record.', zh: '将写入审计记录。' },
  type: { en: 'Type {name} to confirm', zh: '请输入 {name} 以确认' },
  send: { en: 'Erase for good', zh: '永久删除' },
  begun: { en: '{name} is being erased.', zh: '正在删除 {name} 的数据。' },
})

interface DataPanelProps {
  readonly user: UserView
  readonly onGone: () => Promise<void>
}

/** What is held of somebody: taken along, or erased. */
export function DataPanel({ user, onGone }: DataPanelProps): ReactNode {
  const w = useWords(personWords)
  const isEmergency = useIsEmergency()
  const [isErasing, setErasing] = useState(false)
  const taking = useMutation({
    mutationFn: async () =>
      saveLines(`${user.name}.jsonl`, await server.people.export(user.id, { timeoutMs: 0 })),
    onSuccess: (count) => notify(w('exported', { count })),
  })
  return (
    <Panel title={w('data')} lead={w('dataLead', { name: user.name })}>
      <div className="flex flex-wrap gap-2">
        <Button
          icon={<Download aria-hidden className="size-4" />}
          isBusy={taking.isPending}
          onClick={() => taking.mutate()}
        >
          {w('export')}
        </Button>
        {!isEmergency && (
          <Button look="danger" onClick={() => setErasing(true)}>
            {w('erase')}
          </Button>
        )}
      </div>
      {taking.error !== null && <Refused error={taking.error} />}
      {isErasing && <Erase user={user} onGone={onGone} onClose={() => setErasing(false)} />}
    </Panel>
  )
}

interface EraseProps extends DataPanelProps {
  readonly onClose: () => void
}

function Erase({ user: { id, name }, onGone, onClose }: EraseProps): ReactNode {
  const w = useWords(words)
  const counted = useQuery({
    queryKey: ['people', 'erasure', id],
    queryFn: () => server.people.erase(id, { reason: 'Counted before it is asked for.', dryRun: true }),
    gcTime: 0,
  })
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  return (
    <FormDialog
      title={w('title', { name })}
      send={w('send')}
      isGrave
      isReady={typed.trim() === name && reason.trim() !== ''}
      onClose={onClose}
      onSend={async () => {
        await server.people.erase(id, { reason: reason.trim() })
        notify(w('begun', { name }))
        await onGone()
      }}
    >
      <p>{w('text', { name })}</p>
      <Shown query={counted}>
        {({ counts }) => (
          <>
            <Held title={w('goes')} of={heldOf(counts, 'goes')} />
            <Held title={w('stays')} of={heldOf(counts, 'stays')} />
            {Object.values(counts).every((count) => count === 0) && (
              <p className="text-small text-soft">{w('nothing')}</p>
            )}
          </>
        )}
      </Shown>
      <TextArea
        label={w('reason')}
        help={w('reasonHelp')}
        rows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={1000}
      />
      <TextField
        label={w('type', { name })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        spellCheck={false}
      />
    </FormDialog>
  )
}

interface HeldProps {
  readonly title: string
  readonly of: ReturnType<typeof heldOf>
}

function Held({ title, of }: HeldProps): ReactNode {
  if (of.length === 0) return null
  return (
    <section className="space-y-1.5">
      <h3 className="text-small font-medium">{title}</h3>
      <Facts facts={of.map(({ name, count }) => [name, number(count)])} />
    </section>
  )
}
