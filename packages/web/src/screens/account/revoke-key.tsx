import type { KeyView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useWords } from '../../language/words.ts'
import { Confirm } from '../../parts/dialog.tsx'
import { notify } from '../../parts/toast.tsx'
import { server } from '../../server.ts'
import { keyWords } from './key-words.ts'

interface RevokeKeyProps {
  readonly of: KeyView
  readonly onDone: () => Promise<unknown>
  readonly onClose: () => void
}

export function RevokeKey({ of: { id, name }, onDone, onClose }: RevokeKeyProps): ReactNode {
  const w = useWords(keyWords)
  const called = name ?? id
  return (
    <Confirm
      isOpen
      onClose={onClose}
      title={w('revokeTitle', { name: called })}
      action={w('revokeSend')}
      typed={called}
      onConfirm={async () => {
        await server.keys.revoke(id)
        await onDone()
        notify(w('gone', { name: called }))
      }}
    >
      {w('revokeText')}
    </Confirm>
  )
}
