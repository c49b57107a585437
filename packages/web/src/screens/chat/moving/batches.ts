type Exported = Readonly<Record<string, unknown>>

/** What is sent in one call: no more conversations, and no more letters, than the server takes with room to spare. */
const MOST_CONVERSATIONS = 200
const MOST_BYTES = 6 * 1024 * 1024

export interface Batches {
  readonly batches: readonly (readonly Exported[])[]
  /** Single conversations that are larger than any call may be. */
  readonly tooLarge: number
}

/** The conversations of an export, in calls. @throws SyntaxError for what is no export at all */
export function batchesOf(text: string): Batches {
  const data: unknown = JSON.parse(text)
  const all = (Array.isArray(data) ? data : [data]) as readonly unknown[]
  if (!all.every(isExported)) throw new SyntaxError('It holds something that is no conversation.')
  const batches: Exported[][] = []
  let batch: Exported[] = []
  let bytes = 0
  let tooLarge = 0
  for (const one of all) {
    const size = new TextEncoder().encode(JSON.stringify(one)).length
    if (size > MOST_BYTES) {
      tooLarge += 1
      continue
    }
    if (batch.length === MOST_CONVERSATIONS || bytes + size > MOST_BYTES) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(one)
    bytes += size
  }
  if (batch.length > 0) batches.push(batch)
  return { batches, tooLarge }
}

const isExported = (one: unknown): one is Exported =>
  typeof one === 'object' && one !== null && !Array.isArray(one)
