import { useEffect, useSyncExternalStore } from 'react'
import { server } from '../../../server.ts'
import { onPersonLeft } from '../../../session/session.ts'
import { Thread } from './thread.ts'
import type { ThreadState } from './thread-state.ts'

/** So many conversations are kept in memory, to be there at once when somebody comes back. */
const MOST_KEPT = 6

const threads = new Map<string, Thread>()
const channel = new BroadcastChannel('freehold.conversations')
channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (typeof data === 'string') void threads.get(data)?.refresh()
})

/** The thread of a conversation; the same one for as long as somebody may come back to it. */
export function threadOf(id: string): Thread {
  const known = threads.get(id)
  // A channel has no other origin than ours.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  const tell = (told: string): void => channel.postMessage(told)
  const thread = known ?? new Thread(id, { server, tell })
  threads.delete(id)
  threads.set(id, thread)
  for (const [oldest] of threads) {
    if (threads.size <= MOST_KEPT) break
    threads.delete(oldest)
  }
  return thread
}

onPersonLeft(() => threads.clear())

/** Takes part in a conversation while a component is shown. */
export function useThread(id: string): { readonly thread: Thread; readonly state: ThreadState } {
  const thread = threadOf(id)
  const state = useSyncExternalStore(thread.subscribe, thread.state)
  useEffect(() => thread.enter(), [thread])
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) void thread.refresh()
    }
    const comeBack = (): void => thread.again()
    document.addEventListener('visibilitychange', look)
    addEventListener('online', comeBack)
    return () => {
      document.removeEventListener('visibilitychange', look)
      removeEventListener('online', comeBack)
    }
  }, [thread])
  return { thread, state }
}
