import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { EntityType } from '@freehold/contract/privacy.ts'

/** A frame with values in its slots, and where they stand. The shape of a row that a detector is scored on. */
export interface Example {
  readonly text: string
  readonly lang: string
  readonly entities: readonly { readonly type: EntityType; readonly start: number; readonly end: number }[]
}

/** Draws a value; `random` is from 0 to below 1. */
export type Draw = (random: () => number) => string

/** A slot: a word in capitals; the same number after it in one frame means the same value again. */
export const SLOT = /\{([A-Z][A-Z_]*)(\d?)\}/g

/** The frames of a language, by the name of their register. */
export function readFrames(folder: string): Map<string, readonly string[]> {
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.txt'))
      .map((file) => [basename(file, '.txt'), linesOf(join(folder, file))]),
  )
}

/** Values of slots, one file a slot: `road-name.txt` fills {ROAD_NAME}. A value may have slots itself. */
export function readValues(folder: string): Map<string, Draw> {
  return new Map(
    readdirSync(folder).map((file) => {
      const lines = linesOf(join(folder, file))
      return [basename(file, '.txt').toUpperCase().replaceAll('-', '_'), (random) => pick(lines, random)]
    }),
  )
}

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')

/** One of a list. */
export const pick = <T>(list: readonly T[], random: () => number): T => {
  const chosen = list[Math.floor(random() * list.length)]
  if (chosen === undefined) throw new Error('A value is drawn from an empty list.')
  return chosen
}

export interface Language {
  readonly lang: string
  readonly values: ReadonlyMap<string, Draw>
  /** Slots that are entities; the values of the others are plain text. */
  readonly types: Readonly<Record<string, EntityType>>
  /** What belongs to the value of a slot where it follows it in the frame: sticky. */
  readonly tails: Readonly<Record<string, RegExp>>
}

/** Fills the slots of a frame. */
export function fillFrame(
  frame: string,
  { lang, values, types, tails }: Language,
  random: () => number,
): Example {
  const entities: Example['entities'][number][] = []
  const again = new Map<string, string>()
  let text = ''
  let at = 0
  for (const match of frame.matchAll(SLOT)) {
    const [slot, name = '', number = ''] = match
    text += plain(frame.slice(at, match.index))
    const value = again.get(slot) ?? expand(`{${name}}`, values, random)
    if (number !== '') again.set(slot, value)
    const type = types[name]
    const end = text.length + value.length + tailLength(frame, match.index + slot.length, tails[name])
    if (type !== undefined) entities.push({ type, start: text.length, end })
    text += value
    at = match.index + slot.length
  }
  return { text: text + plain(frame.slice(at)), lang, entities }
}

function tailLength(frame: string, at: number, tail: RegExp | undefined): number {
  if (!tail) return 0
  tail.lastIndex = at
  return tail.exec(frame)?.[0].length ?? 0
}

const plain = (text: string) => text.replaceAll('\\n', '\n').replaceAll('\\t', '\t')

function expand(text: string, values: ReadonlyMap<string, Draw>, random: () => number): string {
  return text.replaceAll(SLOT, (_slot, name: string, number: string) => {
    const draw = values.get(name + number) ?? values.get(name)
    if (!draw) throw new Error(`No values fill the slot ${name}${number}.`)
    return expand(draw(random), values, random)
  })
}
