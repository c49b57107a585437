import type { Client } from '@freehold/sdk'
import { useSyncExternalStore } from 'react'
import { server } from '../server.ts'
import { Partings } from './parting.ts'
import { notify, notifyRefusal } from './toast.tsx'

/** As long as the line stands that offers to undo it. */
const UNDO_MS = 8000

const partings = new Partings((send) => {
  const timer = setTimeout(send, UNDO_MS)
  return () => clearTimeout(timer)
})
addEventListener('pagehide', () => void partings.sendAll())

interface Wish {
  /** What was deleted, in the past tense; it is said with a way to undo it. */
  readonly text: string
  readonly ids: readonly string[]
  readonly send: (client: Client) => Promise<unknown>
  /** The server has deleted it: whoever lists it asks anew. */
  readonly onGone?: () => void
}

/** Deletes when the time to undo is over, at the latest when the page is closed; hidden (`useHidden`) at once. */
export function deleteSoon({ text, ids, send, onGone }: Wish): void {
  const undo = partings.part({
    ids,
    send: () => send(server),
    ...(onGone && { onGone }),
    onRefused: notifyRefusal,
  })
  notify(text, { undo })
}

/** Before the person leaves: afterwards nobody may delete it. */
export const deleteNow = (): Promise<void> => partings.sendAll()

/** Ids that are deleted, or will be. */
export const useHidden = (): ReadonlySet<string> =>
  useSyncExternalStore(partings.watch, () => partings.hidden)
