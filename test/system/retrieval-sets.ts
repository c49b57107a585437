import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerSet } from './answer-sets.ts'
import type { SetLanguage } from './answer-sets.ts'

/** A question and the ids of the documents that are right. */
export interface SoughtDocuments {
  readonly text: string
  readonly right: ReadonlySet<string>
}

/** Texts of one language with questions of two kinds: for what one of them states, and for a subject of several. */
export interface RetrievalSet {
  readonly documents: readonly { readonly id: string; readonly text: string }[]
  readonly known: readonly SoughtDocuments[]
  readonly topical: readonly SoughtDocuments[]
}

const root = join(import.meta.dirname, '../..')
const FOLDERS = ['.', 'docs', 'packages/server/guide']
const SHORTEST_SECTION = 40
const SECTIONS_OF_A_SUBJECT = 3

/** The sections of a Markdown page without their headings. */
function sectionsOf(page: string): string[] {
  const sections = [[]] as string[][]
  let isCode = false
  for (const line of page.split('\n')) {
    if (line.startsWith('```')) isCode = !isCode
    if (!isCode && /^#{1,4}\s/.test(line)) sections.push([])
    else sections.at(-1)?.push(line)
  }
  return sections.map((lines) => lines.join('\n').trim()).filter((text) => text.length >= SHORTEST_SECTION)
}

/** Pages about one subject: their titles do not tell whose sections are asked for. */
const OF_ONE_SUBJECT = /^(?:skill|mcp)/

const isOf = (file: string, language: SetLanguage): boolean =>
  file.endsWith('.md') && !OF_ONE_SUBJECT.test(file) && file.includes('zh-CN') === (language === 'zh')

/**
 * Sections of our own pages among papers with questions. The title of a page asks for all of its sections, whose headings
 * are gone; the questions of the papers are those that answers are learned from, so nothing is tuned on others.
 */
export function retrievalSet(language: SetLanguage): RetrievalSet {
  const documents: { id: string; text: string }[] = []
  const topical: SoughtDocuments[] = []
  for (const folder of FOLDERS)
    for (const file of readdirSync(join(root, folder)).filter((name) => isOf(name, language))) {
      const page = readFileSync(join(root, folder, file), 'utf8')
      const sections = sectionsOf(page).map((text, at) => ({ id: `${folder}/${file}-${at}`, text }))
      documents.push(...sections)
      const title = /^# (.+)/m.exec(page)?.[1]
      if (title !== undefined && sections.length >= SECTIONS_OF_A_SUBJECT)
        topical.push({ text: title, right: new Set(sections.map(({ id }) => id)) })
    }
  const { papers, questions } = answerSet('learn', language, 'bare')
  documents.push(...papers.map(({ file, text }) => ({ id: file, text })))
  const known = questions.flatMap(({ question, answer }) =>
    answer ? [{ text: question, right: new Set([answer.file]) }] : [],
  )
  return { documents, known, topical }
}

/** Gain of the first ten with the usual discount, of the best there is. */
export function ndcg10(ids: readonly string[], right: ReadonlySet<string>): number {
  const discounted = (gains: readonly number[]): number =>
    gains.slice(0, 10).reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0)
  const gains = [...new Set(ids)].map((id) => (right.has(id) ? 1 : 0))
  return discounted(gains) / discounted(Array.from(right, () => 1))
}
