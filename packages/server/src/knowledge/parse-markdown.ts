import type { TextOfRecord } from './text-of-record.ts'
import { joinedLines, RecordBuilder } from './text-of-record.ts'

/** Bounded everywhere: a line of a million brackets must not take a million squared steps. */
const INLINE: readonly (readonly [RegExp, string])[] = [
  [/!\[([^[\]\n]{0,500})\]\([^()\n]{0,2000}\)/g, '$1'],
  [/\[([^[\]\n]{1,500})\]\([^()\n]{0,2000}\)/g, '$1'],
  [/\[([^[\]\n]{1,500})\]\[[^[\]\n]{0,200}\]/g, '$1'],
  [/<((?:https?|mailto):[^<>\s]{1,2000})>/g, '$1'],
  [/<\/?[a-z][^<>\n]{0,500}>/gi, ''],
  [/(?<![\w*])(\*{1,3})(?=\S)([^*\n]{1,500}?)(?<=\S)\1(?![\w*])/g, '$2'],
  [/(?<![\w_])(_{1,3})(?=\S)([^_\n]{1,500}?)(?<=\S)\1(?![\w_])/g, '$2'],
  [/~~([^~\n]{1,500})~~/g, '$1'],
  [/`{1,3}([^`\n]{1,500})`{1,3}/g, '$1'],
  [/\\([!-/:-@[-`{-~])/g, '$1'],
]

function withoutMarkup(line: string): string {
  return INLINE.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line).trim()
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/
const ATX = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/
const SETEXT = /^ {0,3}(=+|-{2,})[ \t]*$/
const ITEM = /^[ \t]*(?:[-*+]|(\d{1,9}[.)]))[ \t]+(.*)$/
const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/
const TABLE_RULE = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$/
const DEFINITION = /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]/

/** A reader of lines: what kind each is depends on the lines before it only. */
class MarkdownReader {
  readonly #record: RecordBuilder
  #title: string | null
  #paragraph = ''
  #kind: 'paragraph' | 'line' | 'opens' | 'row' = 'paragraph'
  #fence: string | null = null
  #code: string[] = []
  #follows: 'item' | 'row' | null = null

  constructor(limit: number, title: string | null) {
    this.#record = new RecordBuilder(limit)
    this.#title = title
  }

  read(line: string): void {
    const fence = FENCE.exec(line)?.[1]
    if (this.#fence !== null) {
      if (fence?.startsWith(this.#fence)) this.#endCode()
      else this.#code.push(line)
    } else if (fence) {
      this.#flush()
      this.#fence = fence
    } else this.#readText(line.replace(/^ {0,3}(?:>[ \t]?)+/, ''))
  }

  finish(): TextOfRecord {
    this.#endCode()
    this.#flush()
    return this.#record.finish(this.#title)
  }

  #readText(line: string): void {
    if (line.trim() === '') {
      this.#flush()
      this.#follows = null
      return
    }
    const atx = ATX.exec(line)
    const item = ITEM.exec(line)
    if (atx) this.#heading((atx[2] ?? '').replace(/[ \t]+#+[ \t]*$/, ''), atx[1]?.length ?? 1)
    else if (this.#paragraph !== '' && this.#follows === null && SETEXT.test(line)) this.#setext(line)
    else if (RULE.test(line) || DEFINITION.test(line)) this.#flush()
    else if (item) this.#start('item', `${item[1] ?? '-'} ${withoutMarkup(item[2] ?? '')}`)
    else if (/^[ \t]*\|/.test(line)) this.#row(line)
    else this.#paragraph = joinedLines(this.#paragraph, withoutMarkup(line))
  }

  #heading(raw: string, level: number): void {
    this.#flush()
    const text = withoutMarkup(raw)
    this.#title ??= text
    this.#record.heading(text, level)
    this.#follows = null
  }

  #setext(underline: string): void {
    const text = this.#paragraph
    this.#paragraph = ''
    this.#heading(text, underline.includes('=') ? 1 : 2)
  }

  #row(line: string): void {
    if (TABLE_RULE.test(line)) return
    const cells = line
      .trim()
      .replace(/^\|/, '')
      .replace(/\|$/, '')
      .split(/(?<!\\)\|/)
    this.#start('row', cells.map((cell) => withoutMarkup(cell)).join(' | '))
  }

  /** Items of one list and rows of one table stand close together. */
  #start(kind: 'item' | 'row', text: string): void {
    const isNext = this.#follows === kind
    this.#flush()
    if (kind === 'row') this.#kind = isNext ? 'row' : 'opens'
    else this.#kind = isNext ? 'line' : 'paragraph'
    this.#follows = kind
    this.#paragraph = text
  }

  #endCode(): void {
    if (this.#code.length > 0) this.#record.paragraph(this.#code.join('\n'))
    this.#code = []
    this.#fence = null
    this.#follows = null
  }

  #flush(): void {
    if (this.#paragraph === '') return
    const kind = this.#kind
    if (kind === 'row' || kind === 'opens') this.#record.row(this.#paragraph, kind === 'opens')
    else if (kind === 'line') this.#record.line(this.#paragraph)
    else this.#record.paragraph(this.#paragraph)
    this.#paragraph = ''
    this.#kind = 'paragraph'
  }
}

/** Front matter between two lines of dashes, and the title it names. */
function frontMatter(text: string): { readonly body: string; readonly title: string | null } {
  const match = /^---\n([\s\S]{0,20000}?)\n---[ \t]*(?:\n|$)/.exec(text)
  if (!match) return { body: text, title: null }
  const title = /^title:[ \t]*(.{1,512})$/m.exec(match[1] ?? '')?.[1]?.replace(/^(['"])(.*)\1$/, '$2')
  return { body: text.slice(match[0].length), title: title?.trim() ?? null }
}

/** Reads Markdown as the text a person would see: marks gone, headings on lines of their own, code kept. */
export function parseMarkdown(text: string, limit: number): TextOfRecord {
  const { body, title } = frontMatter(text)
  const reader = new MarkdownReader(limit, title)
  for (const line of body.replace(/<!--[\s\S]{0,20000}?-->/g, '').split('\n')) reader.read(line)
  return reader.finish()
}
