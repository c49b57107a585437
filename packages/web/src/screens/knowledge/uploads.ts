import { useQueryClient } from '@tanstack/react-query'
import type { DocumentsAdded } from '@freehold/sdk'
import { useRef, useState } from 'react'
import { server } from '../../server.ts'
import { COLLECTIONS } from './collections.ts'

export type UploadState =
  | { readonly at: 'waiting' }
  | { readonly at: 'sending'; readonly share: number }
  /** All of it is there, and is being read. */
  | { readonly at: 'reading' }
  | { readonly at: 'done'; readonly added: DocumentsAdded }
  | { readonly at: 'refused'; readonly error: unknown }

export interface Upload {
  readonly key: number
  readonly file: File
  readonly state: UploadState
}

export interface Uploads {
  readonly uploads: readonly Upload[]
  readonly add: (files: Iterable<File>) => void
  readonly again: (upload: Upload) => void
  readonly dismiss: (key: number) => void
}

/** Sends files into a collection, one after the other, and keeps what became of each until it is dismissed. */
export function useUploads(collection: string): Uploads {
  const queries = useQueryClient()
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const waiting = useRef<Upload[]>([])
  const isSending = useRef(false)
  const last = useRef(0)

  const set = (key: number, state: UploadState): void =>
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, state } : one)))

  async function send({ key, file }: Upload): Promise<void> {
    try {
      const added = await server.documents.addFile(
        collection,
        {
          file,
          onProgress: ({ sentBytes, totalBytes }) => {
            const share = totalBytes === null || totalBytes === 0 ? 0 : sentBytes / totalBytes
            set(key, share < 1 ? { at: 'sending', share } : { at: 'reading' })
          },
        },
        // Reading a large file takes as long as it takes.
        { timeoutMs: 0 },
      )
      set(key, { at: 'done', added })
      await queries.invalidateQueries({ queryKey: ['knowledge', 'documents', collection] })
      await queries.invalidateQueries({ queryKey: COLLECTIONS })
    } catch (error) {
      set(key, { at: 'refused', error })
    }
  }

  async function work(): Promise<void> {
    if (isSending.current) return
    isSending.current = true
    for (let next = waiting.current.shift(); next !== undefined; next = waiting.current.shift())
      await send(next)
    isSending.current = false
  }

  const enqueue = (added: readonly Upload[]): void => {
    waiting.current.push(...added)
    void work()
  }

  return {
    uploads,
    add(files) {
      const added = Array.from(files, (file): Upload => {
        last.current += 1
        return { key: last.current, file, state: { at: 'waiting' } }
      })
      setUploads((all) => [...all, ...added])
      enqueue(added)
    },
    again(upload) {
      set(upload.key, { at: 'waiting' })
      enqueue([upload])
    },
    dismiss: (key) => setUploads((all) => all.filter((one) => one.key !== key)),
  }
}
