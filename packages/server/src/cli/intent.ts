import { parseArgs } from 'node:util'
import { Classifier, trainClassifier } from '../kernel/linear/classifier.ts'
import { evaluate } from '../kernel/linear/evaluation.ts'
import { EXIT } from './exit-codes.ts'
import { readIntentExamples } from './intent-examples.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

/** The intents that are recognised least, in the table that a person reads. */
const SHOWN = 5

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`

/** Half of the guesses take at most this long. */
function medianMicroseconds(model: Classifier, texts: readonly string[]): number {
  const times = texts.map((text) => {
    const from = process.hrtime.bigint()
    model.guess(text)
    return Number(process.hrtime.bigint() - from) / 1000
  })
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
}

/** `freehold intent eval`: trains on one file and counts on another; nothing is kept. @returns 0 @throws UsageError */
export async function intentCommand(
  args: readonly string[],
  { cwd, out }: Pick<Terminal, 'cwd' | 'out'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      train: { type: 'string' },
      test: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const [word, ...rest] = positionals
  if (word !== 'eval' || rest.length > 0)
    throw new UsageError('say what to do: freehold intent eval --train FILE --test FILE')
  const { train, test, json } = values
  if (train === undefined || test === undefined)
    throw new UsageError('freehold intent eval needs --train FILE and --test FILE')
  const learned = await readIntentExamples(train, cwd, 'train')
  const asked = await readIntentExamples(test, cwd, 'test')
  const fromMs = performance.now()
  const artifact = trainClassifier(learned.examples)
  const trainMs = Math.round(performance.now() - fromMs)
  const model = new Classifier(artifact)
  const { examples, accuracy, outOfScope, labels } = evaluate(model, asked.examples, asked.outside)
  const perCallUs = medianMicroseconds(
    model,
    asked.examples.map(({ text }) => text),
  )
  const intents = artifact.schema.labels.length
  if (json) {
    const result = {
      train: { file: train, examples: learned.examples.length, intents, ms: trainMs },
      test: { file: test, examples, accuracy, perCallUs, outOfScope, labels },
    }
    out(`${JSON.stringify(result)}\n`)
    return EXIT.ok.code
  }
  const { auroc } = outOfScope
  out(
    `${intents} intents from ${learned.examples.length} examples in ${(trainMs / 1000).toFixed(1)} s.\n` +
      `${percent(accuracy)} of ${examples} examples recognised, ${perCallUs.toFixed(0)} µs each.\n` +
      (auroc === null
        ? ''
        : `${outOfScope.examples} texts of no intent told from them: AUROC ${auroc.toFixed(3)}.\n`),
  )
  const weakest = labels.slice(0, SHOWN).map((one) => [one.label, `${one.right} of ${one.examples}`])
  out(`\n${alignedTable([['LEAST RECOGNISED', 'RIGHT'], ...weakest], ['RIGHT'])}`)
  return EXIT.ok.code
}

export const intent: Command = {
  help: helpText({
    summary: 'Train the recogniser of intents on examples of yours, and count how often it is right',
    usage: 'freehold intent eval --train FILE --test FILE [--json]',
    options: {
      '--train FILE': 'examples to learn from: CSV with a head and two columns, text and intent, or JSON',
      '--test FILE': 'examples to be asked about; those of the intent "oos" belong to none',
      '--json': 'one JSON object: {train, test}',
    },
    examples: ['freehold intent eval --train learn.csv --test ask.csv'],
  }),
  run: intentCommand,
}
