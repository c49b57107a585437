import type { FaultBody } from '@freehold/contract/fault-body.ts'

/**
 * The event that ends a stream which broke. `data` is an error in the client's dialect. The blank lines end an event
 * that was cut.
 */
export function errorEvent(data: string): Buffer {
  return Buffer.from(`\n\nevent: error\ndata: ${data}\n\n`)
}

/**
 * The same as the Responses API writes it: flat, and numbered after the events of `last`, which is what was sent before.
 * `error` stays in it, because some clients look for nothing else.
 */
export function numberedError({ error }: FaultBody, last: Buffer | null): string {
  const numbers = last?.toString('latin1').match(/"sequence_number"\s*:\s*\d{1,15}/g) ?? []
  const sequence_number = Number(numbers.at(-1)?.replace(/\D/g, '') ?? -1) + 1
  const { code, message, param } = error
  return JSON.stringify({ type: 'error', code, message, param, sequence_number, error })
}
