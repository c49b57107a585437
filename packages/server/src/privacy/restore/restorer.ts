import { JsonTexts } from '../traverse/texts.ts'
import type { Edit } from '../traverse/texts.ts'

/** A placeholder and what it stands for. */
export interface Minted {
  readonly placeholder: string
  readonly value: string
}

/** The API that an answer comes in. */
export type AnswerDialect = 'chat' | 'responses' | 'messages' | 'embeddings'

/** Puts values back into the answers of one request. */
export interface Restorer {
  /** @throws SyntaxError for what is no JSON */
  whole(dialect: AnswerDialect, body: Buffer): Buffer
  stream(dialect: AnswerDialect): StreamRestorer
  /** Placeholders of this conversation's form that stand for nothing. */
  readonly unknown: number
}

/** Of whole SSE events. Null: nothing may be passed on yet. */
export interface StreamRestorer {
  push(events: Buffer): Buffer | null
  end(): Buffer | null
}

const PLACEHOLDER = /\[[A-Z][A-Z_]*_[a-z2-7]{4}_\d+\]/g
const LONGEST = 64

export function createRestorer(minted: readonly Minted[]): Restorer {
  const values = new Map(minted.map(({ placeholder, value }) => [placeholder, value]))
  let unknown = 0
  const editsOf = (text: string): readonly Edit[] =>
    [...text.matchAll(PLACEHOLDER)].flatMap((hit): Edit[] => {
      const replacement = values.get(hit[0])
      if (replacement !== undefined)
        return [{ start: hit.index, end: hit.index + hit[0].length, replacement }]
      unknown += 1
      return []
    })
  const json = (text: string): string => {
    const texts = new JsonTexts(text, 'chat')
    for (const [index, { value, role }] of texts.texts.entries())
      if (role === 'text') texts.edit(index, editsOf(value))
    return texts.written()
  }
  return {
    whole: (_, body) => Buffer.from(json(body.toString())),
    stream: () => createStream(json),
    get unknown() {
      return unknown
    },
  }
}

const DELTA =
  /"(content|text|delta|partial_json|arguments|thinking|reasoning_content|refusal)"\s*:\s*"((?:[^"\\]|\\.)*)"/g

/** Holds an event back while a text in it ends in what may be the beginning of a placeholder, and what comes meanwhile. */
function createStream(json: (text: string) => string): StreamRestorer {
  let held = ''
  const release = (): Buffer | null => {
    const events = joined(held)
    held = ''
    return events === ''
      ? null
      : Buffer.from(events.replaceAll(/^data: ?(\{.*\})$/gm, (_, data: string) => `data: ${json(data)}`))
  }
  return {
    push(events) {
      held += events.toString()
      return mayGoOn(held) ? null : release()
    },
    end: release,
  }
}

function mayGoOn(events: string): boolean {
  const last = [...events.matchAll(DELTA)].map((hit) => hit[2]).join('')
  const open = last.lastIndexOf('[')
  return open >= 0 && !last.includes(']', open) && last.length - open < LONGEST
}

/** The pieces of a placeholder are brought together in the event that its first one came in. */
function joined(events: string): string {
  let text = events
  for (let round = 0; round < LONGEST; round += 1) {
    const hits = [...text.matchAll(DELTA)].filter((hit) => hit[2] !== '')
    const at = hits.findIndex((hit) => /\[[^\]]*$/.test(hit[2] ?? ''))
    const [one, next] = [hits[at], hits[at + 1]]
    if (one === undefined || next === undefined) return text
    const second = next[2] ?? ''
    const tail = second.indexOf(']') + 1 || second.length
    const endOfFirst = one.index + one[0].length - 1
    const startOfSecond = next.index + next[0].length - 1 - second.length
    const between = text.slice(endOfFirst, startOfSecond)
    text = `${text.slice(0, endOfFirst)}${second.slice(0, tail)}${between}${text.slice(startOfSecond + tail)}`
  }
  return text
}
