import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { causeOf } from '../kernel/cause.ts'
import type { Detector } from '../privacy/detect/detector.ts'
import type { ScanContext } from '../privacy/detect/recogniser.ts'
import type { Span } from '../privacy/detect/span.ts'
import { ACTING_SCORE } from '../privacy/detect/span.ts'
import { EXIT } from './exit-codes.ts'
import { alignedTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

interface Scan {
  readonly files: readonly string[]
  readonly all: boolean
  readonly json: boolean
  readonly language: ScanContext['language']
  readonly engine: Detector
}

interface Finding extends Pick<Span, 'type' | 'start' | 'end' | 'score'> {
  readonly line: number
  readonly column: number
  readonly excerpt: string
}

const strict = new TextDecoder('utf-8', { fatal: true })

async function textOf(file: string, cwd: string): Promise<string> {
  try {
    return strict.decode(await readFile(resolve(cwd, file)))
  } catch (error) {
    const { code } = causeOf(error)
    const why = error instanceof TypeError ? 'is not text in UTF-8' : `cannot be read (${code ?? 'unknown'})`
    throw new UsageError(`${file}: ${why}`)
  }
}

/** The first and last characters of a longer value, so that a list of findings is not one of values. */
export function masked(value: string): string {
  const signs = Array.from(value)
  const shown = signs.length >= 10 ? 2 : signs.length >= 6 ? 1 : 0
  const hidden = '*'.repeat(Math.min(8, signs.length - 2 * shown))
  const clean = (part: readonly string[]): string => part.join('').replaceAll(/\s/g, ' ')
  return shown === 0 ? hidden : `${clean(signs.slice(0, shown))}${hidden}${clean(signs.slice(-shown))}`
}

function findingsOf(text: string, spans: readonly Span[]): Finding[] {
  let line = 1
  let lineStart = 0
  let at = 0
  return spans.map(({ type, start, end, score }) => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < start; next = text.indexOf('\n', at)) {
      line += 1
      lineStart = at = next + 1
    }
    return {
      type,
      start,
      end,
      line,
      column: start - lineStart + 1,
      score,
      excerpt: masked(text.slice(start, end)),
    }
  })
}

/** @returns 0 nothing was found, 1 something was @throws UsageError when a file cannot be read */
export async function scanFiles(
  { files, all, json, language, engine }: Scan,
  { cwd, out, err }: Pick<Terminal, 'cwd' | 'out' | 'err'>,
): Promise<number> {
  const scanned: { readonly file: string; readonly entities: readonly Finding[] }[] = []
  for (const file of files) {
    const text = await textOf(file, cwd)
    const spans = engine.detect(text, { language, key: null })
    scanned.push({ file, entities: findingsOf(text, all ? spans : spans.filter(acts)) })
  }
  const count = scanned.reduce((sum, { entities }) => sum + entities.length, 0)
  if (json) out(`${JSON.stringify({ files: scanned })}\n`)
  else if (count > 0) out(tableOf(scanned))
  if (!json)
    err(
      count === 0
        ? 'Nothing was found.'
        : `${count} found in ${files.length === 1 ? '1 file' : `${files.length} files`}.`,
    )
  return scanned.some(({ entities }) => entities.some(acts)) ? EXIT.refused.code : EXIT.ok.code
}

const acts = ({ score }: Pick<Span, 'score'>): boolean => score >= ACTING_SCORE

function tableOf(
  scanned: readonly { readonly file: string; readonly entities: readonly Finding[] }[],
): string {
  const rows = scanned.flatMap(({ file, entities }) =>
    entities.map(({ type, line, column, score, excerpt }) => [
      `${file}:${line}:${column}`,
      type,
      score.toFixed(2),
      excerpt,
    ]),
  )
  return alignedTable([['WHERE', 'TYPE', 'SCORE', 'EXCERPT'], ...rows], ['SCORE'])
}
