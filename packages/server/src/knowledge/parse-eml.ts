import { Fault } from '../kernel/fault.ts'
import type { MimePart } from './mime.ts'
import { decodeCharset, headerText, parametersOf, readMime } from './mime.ts'
import { parseHtml } from './parse-html.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { RecordBuilder } from './text-of-record.ts'

/** A file that came with a message; it becomes a document of its own. */
export interface Attachment {
  readonly name: string
  readonly bytes: Uint8Array
}

export interface Message {
  readonly record: TextOfRecord
  readonly attachments: readonly Attachment[]
}

const SHOWN = ['From', 'To', 'Cc', 'Date', 'Subject'] as const

/** A message (RFC 5322): who wrote what to whom, its text, and the names of what is attached. @throws Fault */
export function parseEml(bytes: Uint8Array, limit: number): Message {
  const message = readMime(bytes)
  if (!SHOWN.some((name) => message.headers.has(name.toLowerCase())))
    throw new Fault(
      'unreadable_document',
      'The file holds no message: it has neither a sender nor a subject.',
    )
  const header = (name: string) => headerText(message.headers.get(name.toLowerCase()) ?? '').slice(0, 10_000)
  const subject = header('Subject').replace(/\s+/g, ' ').trim().slice(0, 512)
  const record = new RecordBuilder(limit)
  if (subject !== '') record.heading(subject)
  let isFirst = true
  for (const name of SHOWN) {
    const value = header(name).trim()
    if (value === '' || name === 'Subject') continue
    if (isFirst) record.paragraph(`${name}: ${value}`)
    else record.line(`${name}: ${value}`)
    isFirst = false
  }
  const found: { texts: string[]; attachments: Attachment[] } = { texts: [], attachments: [] }
  gather(message, limit, found)
  for (const text of found.texts) for (const block of text.split(/\n[ \t]*\n/)) record.paragraph(block)
  const { attachments } = found
  if (attachments.length > 0)
    record.paragraph(`Attachments: ${attachments.map(({ name }) => name).join(', ')}`)
  return { record: record.finish(subject), attachments }
}

function gather(part: MimePart, limit: number, into: { texts: string[]; attachments: Attachment[] }): void {
  if (part.type === 'multipart/alternative') return alternative(part, limit, into)
  if (part.parts.length > 0) {
    for (const inner of part.parts) gather(inner, limit, into)
    return
  }
  const { value: disposition, parameters } = parametersOf(part.headers.get('content-disposition') ?? '')
  const given = parameters.get('filename') ?? part.parameters.get('name')
  const isText = part.type === 'text/plain' || part.type === 'text/html'
  if (isText && disposition !== 'attachment' && given === undefined) {
    into.texts.push(textOf(part, limit))
    return
  }
  // A picture that the text shows, most often a logo.
  if (part.type.startsWith('image/') && part.headers.has('content-id') && disposition !== 'attachment') return
  const bytes = part.body()
  if (bytes.length === 0) return
  into.attachments.push({ name: freeName(part, given, into.attachments), bytes })
}

/** The last path of the name only, and a number where two attachments have the same. */
function freeName(part: MimePart, given: string | undefined, taken: readonly Attachment[]): string {
  const fallback = part.type === 'message/rfc822' ? 'message.eml' : `part-${taken.length + 1}`
  const plain = (given ?? '')
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 128)
  const wanted = plain || fallback
  const name = part.type === 'message/rfc822' && !/\.eml$/i.test(wanted) ? `${wanted}.eml` : wanted
  return taken.some((other) => other.name === name) ? `${taken.length + 1}-${name}` : name
}

/** The same text in several forms: the plain one, unless it only says to look at the other. */
function alternative(
  part: MimePart,
  limit: number,
  into: { texts: string[]; attachments: Attachment[] },
): void {
  const forms = part.parts.map((form) => {
    const found: { texts: string[]; attachments: Attachment[] } = { texts: [], attachments: [] }
    gather(form, limit, found)
    return { type: form.type, ...found }
  })
  const length = (texts: readonly string[]): number =>
    texts.reduce((sum, text) => sum + text.trim().length, 0)
  const plain = forms.find((form) => form.type === 'text/plain')
  const rich = forms.findLast((form) => form.type !== 'text/plain' && length(form.texts) > 0)
  const chosen = plain && length(plain.texts) * 3 >= length(rich?.texts ?? []) ? plain : (rich ?? plain)
  into.texts.push(...(chosen?.texts ?? []))
  for (const form of forms) into.attachments.push(...form.attachments)
}

function textOf(part: MimePart, limit: number): string {
  const text = decodeCharset(part.body(), part.parameters.get('charset'))
    .replaceAll('\r\n', '\n')
    .replaceAll('\0', '')
  if (part.type === 'text/html') return parseHtml(text, limit).text
  // Lines that were wrapped for sending end with a space (RFC 3676).
  if (part.parameters.get('format')?.toLowerCase() !== 'flowed') return text
  return text.replace(/^-- $/m, '--').replace(/ \n(?!>)/g, ' ')
}
