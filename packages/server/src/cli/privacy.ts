import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { Readable } from 'node:stream'
import { detectInput } from '@freehold/contract/privacy.ts'
import { z } from 'zod'
import type { Detector } from '../privacy/detect/detector.ts'
import { createEngine } from '../privacy/detect/engine.ts'
import { knownLanguage } from '../privacy/detect/language.ts'
import { ACTING_SCORE } from '../privacy/detect/span.ts'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { showDetectors } from './privacy-detectors.ts'
import type { DictionaryTerminal } from './privacy-dictionary.ts'
import { dictionaryCommand } from './privacy-dictionary.ts'
import { scanFiles } from './privacy-scan.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

/** What all but the dictionaries need of their terminal. */
type PrivacyTerminal = Pick<Terminal, 'cwd' | 'out' | 'err'> & { readonly client: Pick<Client, 'call'> }

/** What else stands in a line, such as the labels of a test set, is passed over. */
const detectLine = z.object(detectInput.shape)

/**
 * Finds personal data and secrets without a server; shows who looks for them in a server, and its dictionaries of what
 * else is to be found.
 */
export const privacy: Command & {
  readonly run: (args: readonly string[], terminal: DictionaryTerminal) => Promise<number>
} = {
  help: helpText({
    summary:
      'Find personal data and secrets in files, without a server, and keep dictionaries of what else is to be found',
    usage:
      'freehold privacy scan [--all] [--language TAG] [--json] FILE…\n       freehold privacy detect --lines [--min-score N]\n       freehold privacy detectors [--json]\n       freehold privacy dictionary list [--json]\n       freehold privacy dictionary import FILE.csv [--name NAME] [--json]\n       freehold privacy dictionary show NAME [--limit N] [--after PAGE] [--json]\n       freehold privacy dictionary delete NAME [--json]',
    options: {
      'scan FILE…':
        'what each file holds, with line and column; exit status 1 when something was found, 0 when nothing was',
      '--all': 'also what is too unsure to be acted on, such as numbers with a wrong checksum',
      '--language TAG': 'the language of the files: zh or en (default: any)',
      '--json':
        'one line of JSON: {files: [{file, entities: [{type, start, end, line, column, score, excerpt}]}]}',
      'detect --lines':
        'reads one JSON {text, language} per line from standard input and answers each with one line {entities}',
      detectors:
        'the detectors of the configuration of a running server, beside the built-in one, and how they do',
      '--min-score N': `leave out what is less sure than this, from 0 to 1 (default ${ACTING_SCORE})`,
      'dictionary import FILE.csv':
        'puts the terms of the file in the place of those of the dictionary; the head is value,type or more of value, pattern, type, case_sensitive, whole_word',
      '--name NAME': 'of the dictionary (default: the name of the file)',
      'dictionary show NAME': 'the terms themselves, which is on record',
      '--limit N': 'so many terms, up to 1000 (default 100); --after PAGE goes on',
    },
    examples: [
      'freehold privacy scan README.md',
      'freehold privacy scan --json export.csv chat.log',
      'freehold privacy dictionary import customers.csv',
      `echo '{"text":"mail anna@example.org","language":"en"}' | freehold privacy detect --lines`,
    ],
  }),
  run: ([first, ...rest], terminal) =>
    first === 'dictionary'
      ? dictionaryCommand(rest, terminal)
      : privacyCommand(first === undefined ? [] : [first, ...rest], terminal),
}

/** @returns 0 nothing was found, or every line was answered; 1 something was found or refused @throws UsageError */
export async function privacyCommand(
  args: readonly string[],
  terminal: PrivacyTerminal,
  {
    input = () => createReadStream('', { fd: 0, autoClose: false }),
    engine = createEngine,
  }: {
    readonly input?: () => Readable
    readonly engine?: () => Detector
  } = {},
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      lines: { type: 'boolean', default: false },
      'min-score': { type: 'string' },
      all: { type: 'boolean', default: false },
      language: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const [what, ...files] = positionals
  if (what === 'scan') {
    if (files.length === 0) throw new UsageError('name a file: freehold privacy scan FILE…')
    const { all, json } = values
    return scanFiles(
      { files, all, json, language: knownLanguage(values.language), engine: engine() },
      terminal,
    )
  }
  if (what === 'detectors' && files.length === 0) return showDetectors(values.json, terminal)
  if (what !== 'detect' || !values.lines || files.length > 0) {
    throw new UsageError(
      'say what to do: freehold privacy scan FILE…, freehold privacy detect --lines, freehold privacy detectors or freehold privacy dictionary list',
    )
  }
  return detectLines({ engine, input: input(), minScore: scoreOf(values['min-score']) }, terminal)
}

function scoreOf(text: string | undefined): number {
  if (text === undefined) return ACTING_SCORE
  const score = Number(text)
  if (text.trim() === '' || !(score >= 0 && score <= 1))
    throw new UsageError('--min-score is a number from 0 to 1')
  return score
}

interface Detecting {
  readonly engine: () => Detector
  readonly input: Readable
  readonly minScore: number
}

async function detectLines(
  { engine: made, input, minScore }: Detecting,
  terminal: PrivacyTerminal,
): Promise<number> {
  const engine = made()
  let number = 0
  let refused = 0
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1
    if (line.trim() === '') continue
    const asked = detectLine.safeParse(jsonOf(line))
    if (!asked.success) {
      const [issue] = asked.error.issues
      const reason = `line ${number}: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is not valid'}`
      terminal.out(`${JSON.stringify({ error: reason })}\n`)
      refused += 1
      continue
    }
    const { text, language } = asked.data
    const spans = engine.detect(text, { language: knownLanguage(language), key: null })
    const told = spans.filter(({ score }) => score >= (asked.data.minScore ?? minScore))
    const entities = told.map(({ type, start, end, score }) => ({ type, start, end, score }))
    terminal.out(`${JSON.stringify({ entities })}\n`)
  }
  return refused > 0 ? EXIT.refused.code : EXIT.ok.code
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
