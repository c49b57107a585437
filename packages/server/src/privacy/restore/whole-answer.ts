import { isUtf8 } from 'node:buffer'
import type { Layout } from './layout.ts'
import type { Automaton } from './automaton.ts'
import { JsonReader } from './json-reader.ts'
import type { Tally } from './text-channel.ts'
import type { AnswerShape } from './whole-texts.ts'
import { applyEdits, WholeTexts } from './whole-texts.ts'

/** An answer or an error that is there as a whole. The same buffer where nothing is to be restored. */
export function restoreWhole(
  body: Buffer,
  layout: Layout,
  { automaton, tally, shape }: { automaton: Automaton; tally: Tally; shape: AnswerShape },
): Buffer {
  const texts = new WholeTexts(automaton, tally, shape)
  const reader = new JsonReader(layout, false)
  const end = reader.read(body, 0, body.length)
  if (end < 0 || !isBlank(body, end)) return restoreText(body, texts)
  const finds = reader.finds.slice(0, reader.count)
  const signed = new Set(
    finds
      .filter(({ rule, isString, start, end }) => rule.task === 'signature' && isString && end - start > 2)
      .map(({ owner }) => owner),
  )
  for (const find of finds) {
    const { task } = find.rule
    const isText = task === 'text' || task === 'json' || task === 'free'
    if (find.isString && (isText || (task === 'thinking' && !signed.has(find.owner))))
      texts.restore(body, reader, find)
  }
  for (const find of finds) texts.follow(body, find, null)
  if (texts.edits.length === 0) return body
  return applyEdits(body, texts.edits, { from: 0, to: body.length })
}

function isBlank(body: Buffer, from: number): boolean {
  for (let at = from; at < body.length; at += 1) if ((body[at] ?? 0) > 0x20) return false
  return true
}

/** Whatever else it is: the page of a proxy, say. */
function restoreText(body: Buffer, texts: WholeTexts): Buffer {
  if (!isUtf8(body)) return body
  const text = body.toString()
  const restored = texts.restored(text)
  return restored === text ? body : Buffer.from(restored)
}
