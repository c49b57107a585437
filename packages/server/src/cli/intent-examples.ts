import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { causeOf } from '../kernel/cause.ts'
import type { Example } from '../kernel/linear/classifier.ts'
import { CsvError, readCsv } from '../privacy/dictionary/csv-reader.ts'
import { UsageError } from './terminal.ts'

/** Examples of a file; texts that are none of its intents stand apart. */
export interface IntentExamples {
  readonly examples: readonly Example[]
  readonly outside: readonly string[]
}

/** Which part of a file with several is read. */
export type Split = 'train' | 'test'

const FILE_BYTES = 64 * 1024 * 1024
const MOST_EXAMPLES = 200_000
const MOST_INTENTS = 1000
/** What CLINC150 calls a text of none of its intents. */
const OUTSIDE = 'oos'

const text = z.string().max(4096)
const label = z.string().min(1).max(200)
const row = z.union([
  z.tuple([text, label]).transform(([text, label]) => ({ text, label })),
  z.object({ text, intent: label }).transform(({ text, intent }) => ({ text, label: intent })),
])
const rows = z.array(row).max(MOST_EXAMPLES)
/** One list, or CLINC150's form: a list for each split. */
const fileForm = z.union([
  rows,
  z.object({ train: rows, test: rows, oos_train: rows.optional(), oos_test: rows.optional() }),
])

const strict = new TextDecoder('utf-8', { fatal: true })

async function contentOf(file: string, cwd: string): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readFile(resolve(cwd, file))
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${causeOf(error).code ?? 'unknown'})`)
  }
  if (bytes.length > FILE_BYTES) throw new UsageError(`${file} is larger than 64 MiB`)
  try {
    return strict.decode(bytes)
  } catch {
    throw new UsageError(`${file} is not text in UTF-8`)
  }
}

function parted(all: readonly Example[]): IntentExamples {
  return {
    examples: all.filter(({ label }) => label !== OUTSIDE),
    outside: all.filter(({ label }) => label === OUTSIDE).map(({ text }) => text),
  }
}

function ofJson(file: string, content: string, split: Split): IntentExamples {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    throw new UsageError(`${file} is not JSON`)
  }
  const read = fileForm.safeParse(value)
  if (!read.success)
    throw new UsageError(
      `${file} holds no examples: wanted [[text, intent], …], [{text, intent}, …] or {train: […], test: […]}`,
    )
  if (Array.isArray(read.data)) return parted(read.data)
  const { train, test, oos_train: outsideTrain = [], oos_test: outsideTest = [] } = read.data
  return split === 'train' ? parted([...train, ...outsideTrain]) : parted([...test, ...outsideTest])
}

function ofCsv(file: string, content: string): IntentExamples {
  const all: Example[] = []
  try {
    for (const { line, fields } of readCsv(content)) {
      // The first line is the head: text,category in banking77.
      if (line === 1) continue
      const [text = '', label = '', ...more] = fields
      if (text === '' || label === '' || more.length > 0 || text.length > 4096 || label.length > 200)
        throw new UsageError(`${file}, line ${line}: wanted two fields, a text and its intent`)
      if (all.length >= MOST_EXAMPLES) throw new UsageError(`${file} has more than ${MOST_EXAMPLES} examples`)
      all.push({ text, label })
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new UsageError(`${file}, line ${error.line}: ${error.message}`, { cause: error })
    throw error
  }
  return parted(all)
}

/** Reads examples from CSV with a head, or from JSON. @throws UsageError that names the file and, in CSV, the line */
export async function readIntentExamples(file: string, cwd: string, split: Split): Promise<IntentExamples> {
  const content = await contentOf(file, cwd)
  const read = /\.json$/i.test(file) ? ofJson(file, content, split) : ofCsv(file, content)
  if (read.examples.length === 0) throw new UsageError(`${file} holds no examples`)
  if (new Set(read.examples.map(({ label }) => label)).size > MOST_INTENTS)
    throw new UsageError(`${file} has more than ${MOST_INTENTS} intents`)
  return read
}
