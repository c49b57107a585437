import { SPENDING_NAMES } from '@freehold/contract/limits.ts'
import type { Budget } from '../identity/caller.ts'
import type { OutsideAttempt } from './asked.ts'
import { eventAround, eventsIn } from './call/sse-splitter.ts'
import type { StreamFormat } from './call/stream-format.ts'
import { STREAM_FORMATS } from './call/stream-format.ts'
import { editMembers } from './json-edit.ts'

/** Whether what the answer takes is charged to somebody, so that an estimate is not enough. */
export function isCharged({ target }: OutsideAttempt, budgets: readonly Budget[]): boolean {
  if (target.price !== null || target.budgets.length > 0) return true
  for (const { limits } of budgets)
    for (const name of SPENDING_NAMES) if (limits[name] !== undefined) return true
  return false
}

type Fields = Readonly<Record<string, unknown>>

/** The same chat request, in which the target is asked to say at the end of its stream what it took. */
export function askingForUsage(body: Buffer, fields: Fields): Buffer {
  const known = fields['stream_options']
  const options = JSON.stringify({ ...(typeof known === 'object' && known), include_usage: true })
  if (known !== undefined) return editMembers(body, { stream_options: options })
  const end = body.lastIndexOf('}')
  return Buffer.concat([
    body.subarray(0, end),
    Buffer.from(`,"stream_options":${options}`),
    body.subarray(end),
  ])
}

/** Whether the client asked for it itself. */
export function asksForUsage(fields: Fields): boolean {
  const options = fields['stream_options']
  return (
    typeof options === 'object' &&
    options !== null &&
    'include_usage' in options &&
    options.include_usage === true
  )
}

const USAGE = Buffer.from('"prompt_tokens"')

/** A chat stream whose client did not ask for usage: the event that says nothing else stays here. */
export const CHAT_WITHOUT_USAGE: StreamFormat = {
  ...STREAM_FORMATS.chat,
  passes(whole) {
    const kept: Buffer[] = []
    let from = 0
    for (let at = whole.indexOf(USAGE); at >= 0; at = whole.indexOf(USAGE, at)) {
      const [start, end] = eventAround(whole, at)
      at = end
      if (!isOnlyUsage(whole.subarray(start, end))) continue
      if (start > from) kept.push(whole.subarray(from, start))
      from = end
    }
    if (from === 0) return whole
    if (from < whole.length) kept.push(whole.subarray(from))
    return kept.length === 0 ? null : Buffer.concat(kept)
  },
}

/** Clients look for a first choice in every event. */
function isOnlyUsage(bytes: Buffer): boolean {
  const [event] = eventsIn(bytes)
  try {
    const body: unknown = JSON.parse(event?.data ?? '')
    return (
      typeof body === 'object' &&
      body !== null &&
      'choices' in body &&
      Array.isArray(body.choices) &&
      body.choices.length === 0 &&
      'usage' in body
    )
  } catch {
    // What is no JSON passes on as it came.
    return false
  }
}
