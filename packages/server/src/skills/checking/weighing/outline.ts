import type { SkillFile } from '../skill-file.ts'
import { lineOf } from '../skill-file.ts'

const HEADING = /^\s{0,3}(?:\d{1,2}\. )?#{1,6}\s/
const FENCE = /^\s{0,8}(?:```|~~~)/
const ROW = /^\s{0,8}\|/
const COMMAND = /^\s{0,8}(?:\$ )?(?:curl|git|rm|sudo|chmod|wget|bash|scp|rsync|aws|sqlite3|python3?|node|sh) /

/** What a line is: words for a reader, a row of a table, a command, or another line of an example. */
export type LineSort = 'words' | 'row' | 'command' | 'example'

export interface Outline {
  readonly sort: (line: number) => LineSort
  /** The heading that a line stands under, or -1. */
  readonly heading: (line: number) => number
  /** The first line of the next section. */
  readonly next: (line: number) => number
}

export function outlineOf({ text, lines }: SkillFile): Outline {
  const sorts: LineSort[] = []
  const above: number[] = []
  let isOpen = false
  let heading = -1
  for (let line = 0; line < lines.length; line += 1) {
    const words = lineOf(text, lines, line)
    if (FENCE.test(words)) isOpen = !isOpen
    else if (!isOpen && HEADING.test(words)) heading = line
    above.push(heading)
    sorts.push(isOpen ? (COMMAND.test(words) ? 'command' : 'example') : ROW.test(words) ? 'row' : 'words')
  }
  const after: number[] = []
  for (let line = lines.length - 1; line >= 0; line -= 1) {
    const below =
      line + 1 < lines.length && above[line + 1] === line + 1 ? line + 1 : (after[line + 1] ?? lines.length)
    after[line] = below
  }
  return {
    sort: (line) => sorts[line] ?? 'words',
    heading: (line) => above[line] ?? -1,
    next: (line) => after[line] ?? lines.length,
  }
}
