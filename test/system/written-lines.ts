import { randomBytes } from 'node:crypto'
import type { Admitted, Settled } from '../../packages/server/src/gateway/records/ledger.ts'
import type { WrittenLine, WrittenLines } from '../../packages/server/src/gateway/records/source.ts'
import { admittedLine, settledLine } from '../../packages/server/src/gateway/records/write-ahead-line.ts'
import type { TenantId } from '../../packages/server/src/store/store.ts'

/** What outlives a process: the lines, and how far the database was said to have them. */
export interface Paper {
  readonly id: string
  readonly lines: WrittenLine[]
  shippedTo: number
}

export interface MemoryLines extends WrittenLines {
  admit(record: Admitted): void
  settle(record: Settled): void
  readonly paper: Paper
  /** Every answer to `read` so far, in lines. */
  readonly reads: readonly number[]
}

/** A write-ahead file that lies in memory; `shipped` may be kept from surviving. */
export function memoryLines(
  paper: Paper = newPaper(),
  shipped: (next: number) => Promise<void> = () => Promise.resolve(),
): MemoryLines {
  const callbacks = new Set<() => void>()
  const reads: number[] = []
  const writtenTo = (): number => paper.lines.at(-1)?.next ?? 0
  const write = (bytes: Buffer) => {
    const offset = writtenTo()
    paper.lines.push({ offset, next: offset + bytes.length, bytes, from: 0, to: bytes.length })
    for (const callback of callbacks) callback()
  }
  return {
    paper,
    reads,
    id: paper.id,
    get shippedTo() {
      return paper.shippedTo
    },
    get writtenTo() {
      return writtenTo()
    },
    async read(from, limitBytes) {
      const rest = paper.lines.filter((line) => line.offset >= from)
      const tooFar = rest.findIndex((line, at) => at > 0 && line.next - from > limitBytes)
      const found = tooFar === -1 ? rest : rest.slice(0, tooFar)
      reads.push(found.length)
      return found
    },
    async shipped(next) {
      await shipped(next)
      paper.shippedTo = next
    },
    onWritten(callback) {
      callbacks.add(callback)
      return () => void callbacks.delete(callback)
    },
    admit: (record) => write(admittedLine(record)),
    settle: (record) => write(settledLine(record)),
  }
}

export function newPaper(): Paper {
  return { id: crypto.randomUUID(), lines: [], shippedTo: 0 }
}

/** The two lines of a request that went well; `change` says what is different. */
export function request(
  tenant: TenantId,
  change: { readonly admitted?: Partial<Admitted>; readonly settled?: Partial<Settled> } = {},
): { readonly id: string; readonly admitted: Admitted; readonly settled: Settled } {
  const id = `req_${randomBytes(12).toString('hex')}`
  const atMs = change.admitted?.atMs ?? Date.UTC(2027, 0, 15, 12)
  return {
    id,
    admitted: {
      request: id,
      tenant,
      principal: 'keyAAAAAAAAA',
      operation: 'chat.create',
      atMs,
      config: 'v1',
      rule: 'rule-1',
      class: 'confidential',
      base: 'internal',
      declared: null,
      conversation: null,
      found: 'confidential',
      findings: { EMAIL: 2 },
      modelAsked: 'gpt-5.2',
      bytesIn: 1200,
      reservedTokens: 900,
      reservedMicros: 9000,
      mode: 'strict',
      budgets: null,
      ...change.admitted,
    },
    settled: {
      request: id,
      tenant,
      state: 'settled',
      atMs: atMs + 1500,
      status: 200,
      code: 'ok',
      target: 'openai',
      zone: 'managed',
      model: 'gpt-5.2',
      attempts: 1,
      bytesPrivate: 0,
      bytesManaged: 1180,
      masked: { EMAIL: 2 },
      firstTokenMs: 310.257,
      durationMs: 1500.5,
      inputTokens: 300,
      outputTokens: 100,
      estimated: false,
      costMicros: 1375,
      answer: null,
      ...change.settled,
    },
  }
}
