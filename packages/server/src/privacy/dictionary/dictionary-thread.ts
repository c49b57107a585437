import type { DictionaryEntry } from '@freehold/contract/dictionaries.ts'
import { parentPort } from 'node:worker_threads'
import { compileDictionary } from './compile.ts'
import type { Dictionary } from './dictionary.ts'
import type { CheckedEntries } from './entries.ts'
import { checkEntries, EntriesError, entriesOfCsv } from './entries.ts'

/** What the thread is given: a list to check, or the lists of a tenant to be made ready. */
export type DictionaryJob =
  | { readonly csv: Uint8Array }
  | { readonly entries: readonly DictionaryEntry[] }
  | { readonly lists: readonly Uint8Array[] }

/** What it answers; of a bug only that there was one, since its message may quote a term. */
export type DictionaryAnswer =
  | { readonly checked: CheckedEntries }
  | { readonly dictionary: Dictionary }
  | { readonly refused: { readonly place: string; readonly message: string } }
  | { readonly broken: string }

parentPort?.on('message', (job: DictionaryJob) => parentPort?.postMessage(answer(job), []))

function answer(job: DictionaryJob): DictionaryAnswer {
  try {
    if ('lists' in job) return { dictionary: compileDictionary(job.lists) }
    const placed =
      'csv' in job
        ? entriesOfCsv(job.csv)
        : job.entries.map((entry, at) => ({ entry, place: `entries[${at}]` }))
    return { checked: checkEntries(placed) }
  } catch (error) {
    if (error instanceof EntriesError) return { refused: { place: error.place, message: error.message } }
    return { broken: error instanceof Error ? error.name : 'unknown' }
  }
}
