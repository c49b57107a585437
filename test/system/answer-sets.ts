import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Paper } from './knowledge-questions.ts'

export type Part = 'learn' | 'held' | 'fresh'
export type SetLanguage = 'en' | 'zh'

/** A question to papers: the paper and words of the sentence that answers it; null: none does. */
export interface SetQuestion {
  readonly question: string
  readonly answer: { readonly file: string; readonly words: string } | null
  /** Of the paper that it stands below. */
  readonly title: string
}

export interface AnswerSet {
  readonly papers: readonly Paper[]
  readonly questions: readonly SetQuestion[]
}

/** Without headings the papers have no titles either, as texts that come from elsewhere. */
export type Heading = 'headed' | 'bare'

/** Papers with questions below each: `? question => words of the answer`, and `! question` that it does not answer. */
export function answerSet(part: Part, language: SetLanguage, heading: Heading = 'headed'): AnswerSet {
  const source = readFileSync(join(import.meta.dirname, '../answers', `${part}.${language}.txt`), 'utf8')
  const papers: Paper[] = []
  const questions: SetQuestion[] = []
  for (const block of source.split(/^# /m).slice(1)) {
    const file = `${part}-${papers.length}.${heading === 'headed' ? 'md' : 'txt'}`
    const lines = block.trim().split('\n')
    const title = lines[0] ?? ''
    const body = lines
      .filter((line) => !/^[?!] /.test(line))
      .slice(1)
      .join('\n')
    papers.push({ file, text: heading === 'headed' ? `# ${title}\n\n${body}\n` : `${body}\n` })
    for (const line of lines) {
      const [, asked, words] = /^\? (.+) => (.+)$/.exec(line) ?? []
      if (asked !== undefined && words !== undefined)
        questions.push({ question: asked, answer: { file, words }, title })
      else if (line.startsWith('! ')) questions.push({ question: line.slice(2), answer: null, title })
    }
  }
  return { papers, questions }
}
