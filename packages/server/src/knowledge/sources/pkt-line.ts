import { Fault } from '../../kernel/fault.ts'

/** A line of the Git protocol (gitprotocol-common): its bytes, or one of the marks between lines. */
export type PktLine = Buffer | 'flush' | 'delimiter' | 'end'

const MARKS: Readonly<Record<string, Exclude<PktLine, Buffer>>> = {
  '0000': 'flush',
  '0001': 'delimiter',
  '0002': 'end',
}

/** @throws Fault where these are no such lines */
export function* pktLines(bytes: Buffer): Generator<PktLine, void, void> {
  for (let at = 0; at < bytes.length;) {
    const head = bytes.toString('latin1', at, at + 4)
    const mark = MARKS[head]
    if (mark !== undefined) {
      yield mark
      at += 4
      continue
    }
    const length = /^[\da-f]{4}$/i.test(head) ? Number.parseInt(head, 16) : 0
    if (length < 4 || at + length > bytes.length) throw notGit()
    yield bytes.subarray(at + 4, at + length)
    at += length
  }
}

/** Lines of a request: texts, and the marks by their four digits. */
export const pktText = (...lines: readonly string[]): Buffer =>
  Buffer.concat(
    lines.map((line) =>
      line in MARKS
        ? Buffer.from(line)
        : Buffer.from(`${(Buffer.byteLength(line) + 5).toString(16).padStart(4, '0')}${line}\n`),
    ),
  )

export const notGit = (): Fault =>
  new Fault('upstream_broke', 'What answers here does not speak the protocol of Git, version 2.', {
    param: 'from.url',
  })
