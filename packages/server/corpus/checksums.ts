import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MODEL_FILE, VOCABULARY_FILE } from '../src/privacy/names/en/model.ts'
import { WORD_MODEL_FILE } from '../src/privacy/names/zh/word-names.ts'

/** One line of `checksums.txt`: `sha256  path`. */
export const CHECKSUMS = join(import.meta.dirname, 'checksums.txt')

const ZH = join(import.meta.dirname, '../src/privacy/names/zh')
/** What is made by training, and below it what it is made of: who changes the one has to make the other anew. */
const FILES = [...[MODEL_FILE, VOCABULARY_FILE, WORD_MODEL_FILE].map(pathOf), join(ZH, 'context.txt')]
const SOURCES = globSync(
  ['*.ts', '{en,zh}/*.ts', 'en/{frames,lists,negatives}/**/*.txt', 'zh/{frames,values}/**/*', 'zh/*.txt'],
  { cwd: import.meta.dirname, withFileTypes: true },
)
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))

/** SHA-256 of what training made and of all that it was made of. */
export function checksums(): string {
  const sources = createHash('sha256')
  for (const path of SOURCES.toSorted())
    sources.update(`${relative(import.meta.dirname, path)}\0`).update(readFileSync(path))
  const made = FILES.map((path) => {
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex')
    return `${digest}  ${relative(join(import.meta.dirname, '..'), path)}\n`
  })
  return `${made.join('')}${sources.digest('hex')}  what they are made of\n`
}

function pathOf(file: string | URL): string {
  return typeof file === 'string' ? file : fileURLToPath(file)
}

if (import.meta.main) writeFileSync(CHECKSUMS, checksums())
