import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Candidate } from '../../packages/server/src/knowledge/extract.ts'
import { candidatesOf } from '../../packages/server/src/knowledge/extract.ts'
import { readQuestion } from '../../packages/server/src/knowledge/question.ts'
import { readSentences } from '../../packages/server/src/knowledge/analysed-sentences.ts'
import type { FeatureName } from '../../packages/server/src/knowledge/sentence-features.ts'
import { SENTENCE_FEATURES } from '../../packages/server/src/knowledge/sentence-features.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { rankScore } from '../../packages/server/src/knowledge/sentence-ranker.ts'
import { callerOf } from '../system/knowledge-house.ts'
import { GUIDE, searchedShelf } from '../system/knowledge-shelf.ts'
import { answerSet } from '../system/answer-sets.ts'
import type { AnswerSet } from '../system/answer-sets.ts'
import { fitChance, fitRanks } from './fit.ts'
import type { RankedGroup } from './fit.ts'

/** Learns the weights of extract-1 from the learning half of the answer sets and writes them into the source. */
const caller = callerOf(tenantId('00000000-0000-7000-8000-000000000001'))
const PASSAGES = 12

const vectorOf = ({ features }: Candidate): number[] => SENTENCE_FEATURES.map((name) => features[name])

async function groupsOf({ papers, questions }: AnswerSet): Promise<RankedGroup[]> {
  const { knowledge } = await searchedShelf(papers)
  const groups: RankedGroup[] = []
  for (const { question, answer } of questions) {
    const found = await knowledge.find(caller, { text: question, limit: PASSAGES })
    const candidates = candidatesOf(readQuestion(question), found, {
      isGuide: (collection) => collection === GUIDE,
      read: readSentences,
    })
    const ranked = candidates.map((candidate) => ({
      vector: vectorOf(candidate),
      offset: candidate.score - rankScore(candidate.features),
      file: candidate.document.id,
      isRight:
        answer !== null && candidate.document.id === answer.file && candidate.text.includes(answer.words),
    }))
    groups.push({ answer: answer === null ? 'missing' : 'there', candidates: ranked })
    // The same question, had the paper that answers it never been added.
    if (answer !== null)
      groups.push({ answer: 'elsewhere', candidates: ranked.filter(({ file }) => file !== answer.file) })
  }
  return groups
}

const sets = (['en', 'zh'] as const).flatMap((language) =>
  (['headed', 'bare'] as const).map((heading) => answerSet('learn', language, heading)),
)
const groups: RankedGroup[] = []
for (const set of sets) groups.push(...(await groupsOf(set)))
/** What too few of the questions tell: a definition comes first, a heading and a long sentence later. */
const PRIOR: Partial<Record<FeatureName, number>> = { defines: 1.5, repeats: -2, wide: -0.5 }
const ranks = fitRanks(
  groups,
  SENTENCE_FEATURES.map((name) => PRIOR[name] ?? 0),
)
/** What says of the best sentence whether it is an answer; the others only tell it from its neighbours. */
const TELLING: ReadonlySet<FeatureName> = new Set([
  'own',
  'around',
  'rest',
  'unsaid',
  'pairs',
  'held',
  'form',
  'lacksFigure',
  'lacksWords',
  'lacksSomebody',
  'hasCount',
  'lacksCount',
  'lacksThing',
  'thingAbsent',
  'absent',
  'namesAbsent',
  'repeats',
  'asksSomebody',
  'asksReason',
  'asksMoney',
  'asksCount',
])
const chance = fitChance(
  groups,
  ranks,
  SENTENCE_FEATURES.map((name) => TELLING.has(name)),
)

const rows = (weights: readonly number[], names: readonly string[]): string =>
  names.map((name, at) => `  ${name}: ${(weights[at] ?? 0).toFixed(2)},\n`).join('')
writeFileSync(
  join(import.meta.dirname, '../../packages/server/src/knowledge/sentence-weights.ts'),
  `import type { FeatureName } from './sentence-features.ts'

/** Learned from the questions in test/answers, as docs/extract-1.md says, like all that follows. A sentence's rank among those that might answer. */
export const SENTENCE_WEIGHTS: Readonly<Record<FeatureName, number>> = {
${rows(ranks, SENTENCE_FEATURES)}}

/** Whether the best sentence answers at all: a logistic regression. */
export const ANSWER_WEIGHTS: Readonly<Record<FeatureName | 'bias', number>> = {
${rows(chance, [...SENTENCE_FEATURES, 'bias'])}}
`,
)
