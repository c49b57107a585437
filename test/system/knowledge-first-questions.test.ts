import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ABOUT_US } from './knowledge-first-questions.ts'
import { LATER_PAPERS, LATER_QUESTIONS, STRANGE_PAPERS, STRANGE_QUESTIONS } from './knowledge-held-out.ts'
import { PAPERS } from './knowledge-questions.ts'
import type { Tally } from './knowledge-shelf.ts'
import { shelfOf, tallyOf } from './knowledge-shelf.ts'

const shown = ({ inFirst, inAny, refusal }: Tally) =>
  `first ${inFirst.toFixed(2)}, any ${inAny.toFixed(2)}, refusal F1 ${refusal.toFixed(2)}`
const HAN = /\p{Script=Han}/u

test('what people ask about Freehold first is answered, also among their own papers', async (t) => {
  for (const papers of [[], PAPERS]) {
    const tally = await tallyOf(await shelfOf(papers), ABOUT_US)
    t.diagnostic(`${papers.length} papers: ${shown(tally)}`)
    assert.ok(tally.inFirst >= 0.9 && tally.inAny >= 0.95 && tally.refusal >= 0.95)
  }
})

test('the guide is quoted in the language of the question', async () => {
  const ask = await shelfOf(PAPERS)
  for (const [question, answer] of ABOUT_US) {
    if (answer === null) continue
    for (const quote of await ask(question))
      if (/\.(?:en|zh-CN)\.md$/.test(quote.file))
        assert.equal(quote.file.endsWith('.zh-CN.md'), HAN.test(question), `${question} → ${quote.file}`)
  }
})

test('questions that nothing was tuned on are answered more often than not', async (t) => {
  const sets = [
    { papers: STRANGE_PAPERS, questions: STRANGE_QUESTIONS, least: 0.65 },
    { papers: LATER_PAPERS, questions: LATER_QUESTIONS, least: 0.5 },
  ]
  for (const { papers, questions, least } of sets) {
    const tally = await tallyOf(await shelfOf(papers), questions)
    t.diagnostic(shown(tally))
    assert.ok(tally.inFirst >= least - 0.1 && tally.inAny >= least && tally.refusal >= 0.45)
  }
})
