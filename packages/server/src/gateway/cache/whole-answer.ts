import { eventsIn } from '../call/sse-splitter.ts'

/** Words of which one stands in every answer that has to be read; others are not parsed, however long. */
const MARKS = ['error', '"status"', 'response.failed', 'response.incomplete', 'response.cancelled'].map(
  (word) => Buffer.from(word),
)
/** Ends of a stream of events that are no whole answer. */
const ENDED_OTHERWISE = new Set(['error', 'response.failed', 'response.incomplete', 'response.cancelled'])

/** Whether an answer of a model, which came with status 200, is the answer: errors come with that status too. */
export function isWholeAnswer(body: Buffer, isStream: boolean): boolean {
  if (body.length === 0 || !(isStream || isObject(body))) return false
  if (!MARKS.some((mark) => body.includes(mark))) return true
  if (!isStream) return isSound(fieldsOf(body.toString('utf8')))
  for (const { name, data } of eventsIn(body)) {
    if (name !== null && ENDED_OTHERWISE.has(name)) return false
    if (data?.startsWith('{') && !isSound(fieldsOf(data))) return false
  }
  return true
}

/** By its first and last byte, spaces apart. */
function isObject(body: Buffer): boolean {
  let [from, to] = [0, body.length - 1]
  while (from < to && (body[from] ?? 0) <= SPACE) from += 1
  while (from < to && (body[to] ?? 0) <= SPACE) to -= 1
  return body[from] === OPEN && body[to] === CLOSE
}

const [SPACE, OPEN, CLOSE] = [0x20, 0x7b, 0x7d]

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text)
    // A JSON object; its fields are unknown until looked at.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
  } catch {
    // What is no JSON is no answer that can be judged.
    return null
  }
}

function isSound(fields: Fields | null): boolean {
  if (fields === null) return false
  const { error, type, status, choices } = fields
  if (error !== undefined && error !== null) return false
  if (typeof type === 'string' && ENDED_OTHERWISE.has(type)) return false
  // Of a Responses answer: `incomplete`, `failed` and the like.
  if (typeof status === 'string' && status !== 'completed') return false
  return !Array.isArray(choices) || !choices.some((choice) => choice?.finish_reason === 'error')
}
