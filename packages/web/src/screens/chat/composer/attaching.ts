import { FreeholdError } from '@freehold/sdk'
import { server } from '../../../server.ts'
import { onPersonLeft } from '../../../session/session.ts'

/** A file on its way into a conversation. */
export interface AttachedFile {
  readonly key: string
  readonly name: string
  readonly sizeBytes: number
  readonly state: 'sending' | 'reading' | 'ready' | 'failed'
  /** Of what is to be sent, while it is. */
  readonly share: number
  /** Once the server has it. */
  readonly id: string | null
  readonly error: unknown
  readonly warning: string | null
}

const LOOK_AGAIN_MS = 700

/** The files that the next message of a conversation will name. */
export class Attaching {
  readonly #conversation: string
  readonly #watching = new Set<() => void>()
  readonly #leaving = new Map<string, AbortController>()
  #files: readonly AttachedFile[] = []

  constructor(conversation: string) {
    this.#conversation = conversation
  }

  readonly files = (): readonly AttachedFile[] => this.#files

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#watching.add(changed)
    return () => this.#watching.delete(changed)
  }

  add(files: Iterable<File>): void {
    for (const file of files) void this.#add(file)
  }

  async #add(file: File): Promise<void> {
    const key = crypto.randomUUID()
    const leaving = new AbortController()
    this.#leaving.set(key, leaving)
    const { name, size: sizeBytes } = file
    this.#set([
      ...this.#files,
      { key, name, sizeBytes, state: 'sending', share: 0, id: null, error: null, warning: null },
    ])
    try {
      const onProgress = ({
        sentBytes,
        totalBytes,
      }: {
        sentBytes: number
        totalBytes: number | null
      }): void => this.#change(key, { share: sentBytes / (totalBytes ?? Math.max(sizeBytes, 1)) })
      const call = { signal: leaving.signal }
      let seen = await server.attachments.addFile(this.#conversation, { file, name, onProgress }, call)
      this.#change(key, { id: seen.id, state: 'reading', share: 1 })
      while (seen.state === 'reading') {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
        leaving.signal.throwIfAborted()
        seen = await server.attachments.read(seen.id, call)
      }
      const error = seen.error && new FreeholdError(seen.error.code, seen.error.message)
      this.#change(key, { state: seen.state, warning: seen.warning, error })
    } catch (error) {
      if (!leaving.signal.aborted) this.#change(key, { state: 'failed', error })
    }
  }

  /** Takes one away again, on the server too. */
  remove(key: string): void {
    this.#leaving.get(key)?.abort()
    const id = this.#files.find((file) => file.key === key)?.id ?? null
    this.#set(this.#files.filter((file) => file.key !== key))
    // Where that is refused, the file stays with the conversation and nobody names it.
    if (id !== null) server.attachments.delete(id).catch(() => {})
  }

  /** Those that can be named by their ids, and none of them from now on. */
  take(): readonly (AttachedFile & { readonly id: string })[] {
    const ready = this.#files.flatMap((file) => {
      const { id, state } = file
      return state === 'ready' && id !== null ? [{ ...file, id }] : []
    })
    this.#set([])
    return ready
  }

  /** What was taken for a message that was not sent. */
  giveBack(files: readonly AttachedFile[]): void {
    this.#set([...files, ...this.#files])
  }

  #change(key: string, change: Partial<AttachedFile>): void {
    this.#set(this.#files.map((file) => (file.key === key ? { ...file, ...change } : file)))
  }

  #set(files: readonly AttachedFile[]): void {
    this.#files = files
    for (const tell of this.#watching) tell()
  }
}

const kept = new Map<string, Attaching>()
onPersonLeft(() => kept.clear())

/** The same for the same conversation, so that files go on while one looks elsewhere. */
export function attachingTo(conversation: string): Attaching {
  const known = kept.get(conversation) ?? new Attaching(conversation)
  kept.set(conversation, known)
  return known
}

const none: readonly AttachedFile[] = []

/** Of a conversation that is not begun yet. */
export const NOT_BEGUN: Pick<Attaching, 'files' | 'subscribe'> = {
  files: () => none,
  subscribe: () => () => {},
}
