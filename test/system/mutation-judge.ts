import assert from 'node:assert/strict'
import type { Said } from './client-answers.ts'
import { eventsOf, readAnswer, readStream } from './client-answers.ts'
import type { Case, Flow, Got } from './gateway-mutations.ts'
import type { Api, Recording } from './recorded-streams.ts'
import type { Mutated } from './stream-mutations.ts'
import { errorOf, isComplete, saidAtOnce, saidIn, stopFor, Unreadable } from './stream-oracle.ts'

const hasOddHead = ({ sending: { status, headers } }: Mutated): boolean =>
  status !== 200 ||
  headers.length !== 1 ||
  !/^content-type: (?:text\/event-stream; charset=utf-8|application\/json)$/.test(headers[0] ?? '')

/** @throws AssertionError for an answer that no client may get */
export function judge({ flow, recording, mutation }: Case, got: Got): string {
  const isOdd = hasOddHead(mutation)
  if (got.status >= 400) {
    assert.equal(got.isWhole, true)
    readError(flow.client, got.body.toString())
    if (!isOdd && isOrdinary(flow, recording, mutation))
      assert.fail(`refused: ${got.status} ${got.body.toString()}`)
    return `refused ${got.status}`
  }
  assert.ok(got.status >= 200 && got.status < 300, `${got.status}`)
  if (!recording.stream) {
    assert.equal(got.isWhole, true)
    if (isOdd) return 'odd'
    const text = mutation.body.toString('latin1').replace(MARK, '')
    if (flow.client === flow.target) assert.equal(got.body.toString('latin1'), text)
    else
      assertSame(
        flow,
        readAnswer(flow.client, got.body.toString()),
        saidAtOnce(targetOf(flow), Buffer.from(text, 'latin1').toString()),
      )
    return 'answered'
  }
  return got.isWhole ? judgeWhole({ flow, mutation }, got) : judgeBroken({ flow, recording, mutation }, got)
}

/** A byte order mark. */
const MARK = /^\u00ef\u00bb\u00bf/

/** One object to its end, whatever stands between its braces. */
function isOneObject(text: string): boolean {
  const braces = text.replaceAll(/"(?:[^"\\]|\\[^])*"/g, '').trim()
  if (!braces.startsWith('{') || braces.includes('"')) return false
  let depth = 0
  let ends = 0
  for (const letter of braces) {
    if (letter === '{' || letter === '[') depth += 1
    if (letter === '}' || letter === ']') depth -= 1
    if (depth === 0 && /[}\]]/.test(letter)) ends += 1
    else if (ends > 0) return false
  }
  return depth === 0 && ends === 1 && braces.endsWith('}')
}

/** What a stream says, in Latin-1: an event that nothing ends counts only where it was not cut. */
function withoutCut(body: Buffer): string {
  const text = body.toString('latin1')
  const [whole = ''] = /^[^]*(?:\n\n|\r\r\n?|\n\r\n?)/.exec(text) ?? []
  const isCut = eventsOf(text.slice(whole.length)).some(({ data }) => {
    if (data === null) return true
    if (data.trim() === '[DONE]') return false
    try {
      JSON.parse(data)
      return false
    } catch {
      return true
    }
  })
  return isCut ? whole : text
}

const decoded = (text: string): string => Buffer.from(text, 'latin1').toString()

const targetOf = ({ target }: Flow): 'chat' | 'messages' => (target === 'chat' ? 'chat' : 'messages')

/** Whether a client must get an answer. */
function isOrdinary(flow: Flow, recording: Recording, { body, sending }: Mutated): boolean {
  const text = recording.stream
    ? decoded(withoutCut(body))
    : decoded(body.toString('latin1').replace(MARK, ''))
  // What a reset connection still delivers is a matter of luck.
  if (sending.end === 'reset') return false
  // So deep that it may overflow the stack of whoever has to copy it.
  if (!recording.stream && body.length > 100_000) return false
  if (!recording.stream) {
    if (sending.end !== 'whole') return false
    if (flow.client === flow.target) return isOneObject(text)
    return !isUnreadable(() => saidAtOnce(targetOf(flow), text), flow)
  }
  // An event that nothing ends is whole only when the target has ended.
  if (sending.end === 'hang' && !/(?:\n\n|\n\r|\r\r)\n?$/.test(text)) return false
  const events = eventsOf(text)
  // How a connection ends says nothing any more only after the end marker.
  if (
    sending.end !== 'whole' &&
    flow.target === 'chat' &&
    !events.some(({ data }) => data?.trim() === '[DONE]')
  )
    return false
  const first = events.find(({ data }) => data !== null)
  if (first?.data?.trim() === '[DONE]') return false
  if (first === undefined || errorOf(flow.target, first) !== null || !isComplete(flow.target, events))
    return false
  if (flow.client === flow.target) return true
  return !isUnreadable(() => saidIn(targetOf(flow), text), flow)
}

function isUnreadable(read: () => Said, { client }: Flow): boolean {
  try {
    const { calls } = read()
    if (client !== 'messages') return false
    return !calls.every(({ arguments: text }) => isObjectText(text))
  } catch (error) {
    // So deep that no copy of it can be written.
    if (error instanceof Unreadable || error instanceof RangeError) return true
    throw error
  }
}

function judgeWhole({ flow, mutation }: Omit<Case, 'recording'>, { body }: Got): string {
  const latin = withoutCut(mutation.body)
  const text = decoded(latin)
  if (flow.client === flow.target) {
    assert.ok(isComplete(flow.target, eventsOf(body.toString())), 'it ends as if it were whole')
    const passed = body.toString('latin1')
    const isWhole = passed === latin || passed === `${latin}\n\n`
    // What a connection that broke had begun to say after the end is nobody's.
    const isSame = isWhole || (mutation.sending.end !== 'whole' && latin.startsWith(passed))
    assert.ok(isSame, `other bytes: ${body.toString()}\ninstead of ${text}`)
    return 'passed'
  }
  const said = readStream(flow.client, body.toString())
  assertSame(flow, said, saidIn(targetOf(flow), text))
  return 'translated'
}

function judgeBroken({ flow, recording, mutation }: Case, { body }: Got): string {
  const text = body.toString()
  const at = text.lastIndexOf('event: error')
  assert.ok(at >= 0, `it breaks without a word: ${text}`)
  const last = eventsOf(text).at(-1)
  assert.equal(last?.name, 'error', text)
  readError(flow.client, last.data ?? '')
  if (flow.client === flow.target) {
    const passed = body
      .toString('latin1')
      .slice(0, body.toString('latin1').lastIndexOf('event: error'))
      .trimEnd()
    assert.ok(mutation.body.toString('latin1').startsWith(passed), `other bytes: ${passed}`)
  }
  const isOdd = hasOddHead(mutation)
  if (!isOdd && isOrdinary(flow, recording, mutation))
    assert.fail(
      `broken: ${text.slice(-400)}\nwhile the target said ${mutation.body.toString().slice(0, 3000)}`,
    )
  return 'broken'
}

function readError(client: Api, text: string): void {
  const said: {
    type?: unknown
    message?: unknown
    sequence_number?: unknown
    error?: { message?: unknown; type?: unknown }
  } = JSON.parse(text)
  assert.equal(typeof said.error?.message, 'string', text)
  if (client === 'messages') assert.equal(said.type, 'error', text)
}

function assertSame({ client }: Flow, said: Said, meant: Said): void {
  const same = (said: Said): object => ({
    ...said,
    calls: said.calls.map((call) => ({ name: call.name, arguments: argumentsIn(call.arguments) })),
  })
  assert.deepEqual(same(said), same({ ...meant, stop: stopFor(client, meant.stop) }))
  for (const [at, { id }] of meant.calls.entries()) {
    if (id !== '') assert.equal(said.calls[at]?.id, id)
    else assert.match(said.calls[at]?.id ?? '', /^call_/)
  }
}

function isObjectText(text: string): boolean {
  if (text.trim() === '') return true
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** Numbers keep their value, not their digits, once they have been read as JSON. */
function argumentsIn(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch {
    return text
  }
}
