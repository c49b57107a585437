import { Fault } from '../kernel/fault.ts'
import type { TextOfRecord } from './text-of-record.ts'
import { RecordBuilder } from './text-of-record.ts'

/** Far beyond what a person can follow. */
const DEEPEST = 100

const refusal = (why: string, cause?: unknown): Fault =>
  new Fault('unreadable_document', `The JSON file cannot be read: ${why}.`, { cause })

/** One value, or one per line (JSON Lines). */
function valuesOf(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    try {
      if (lines.length > 1) return lines.map((line): unknown => JSON.parse(line))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
    // The engine's own message quotes the file.
    throw refusal('it is no valid JSON')
  }
}

/** Every value on a line of its own behind the path of its names; each element of the outermost list is a block. */
export function parseJson(text: string, limit: number): TextOfRecord {
  const record = new RecordBuilder(limit)
  const values = valuesOf(text.replace(/^\ufeff/, ''))
  const [only] = values
  const items: unknown[] = values.length === 1 && Array.isArray(only) ? only : values
  for (const item of items) {
    let isFirst = true
    addValue(item, '', 0, (line) => {
      if (isFirst) record.paragraph(line)
      else record.line(line)
      isFirst = false
    })
  }
  return record.finish(null)
}

type Scalar = string | number | boolean
const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

function addValue(value: unknown, path: string, depth: number, add: (line: string) => void): void {
  if (depth > DEEPEST) throw refusal(`it is nested deeper than ${DEEPEST} levels`)
  const said = (what: Scalar): void => add(path === '' ? String(what) : `${path}: ${what}`)
  if (isScalar(value)) {
    if (value !== '') said(value)
  } else if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isScalar)) said(value.join(', '))
    else for (const item of value) addValue(item, path, depth + 1, add)
  } else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value))
      addValue(inner, path === '' ? name : `${path}.${name}`, depth + 1, add)
}
