import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ConfigError, loadConfig } from './config.ts'
import type { ConfigKey } from './keys.ts'
import { CONFIG_KEYS, isConfigKey, KEYS, SECTIONS } from './keys.ts'
import type { ConfigProblem } from './problem.ts'
import { UNBUILT_NAMES } from './unbuilt.ts'

/** A good file as lines; each mutation changes one, so the line of the error is known beforehand. */
interface Line {
  readonly key: string
  readonly indent: number
  readonly name: string
  readonly value: string
}

const GOOD: Readonly<Record<ConfigKey, string>> = {
  listen: '127.0.0.1:7070',
  publicUrl: 'https://ai.example.org',
  tls: 'off',
  database: 'postgres://u@db.example/f',
  blobs: '/srv/blobs',
  'keys.provider': 'file',
  'log.level': 'warn',
  'knowledge.maxFileBytes': '1000000',
  'knowledge.parseTimeoutMs': '1000',
  'knowledge.parseMemoryMb': '128',
  'knowledge.guide': 'false',
  'drain.timeoutMs': '1000',
  'drain.propagationMs': '8000',
  'metrics.seriesCap': '500',
  'storage.reserveBytes': '0',
}

const LINES: readonly Line[] = CONFIG_KEYS.flatMap((key, at) => {
  const [head = '', inner] = key.split('.')
  if (inner === undefined) return [{ key, indent: 0, name: head, value: GOOD[key] }]
  const line = { key, indent: 2, name: inner, value: GOOD[key] }
  const first = CONFIG_KEYS.findIndex((other) => other.startsWith(`${head}.`)) === at
  return first ? [{ key: head, indent: 0, name: head, value: '' }, line] : [line]
})

const textOf = (lines: readonly Line[]): string =>
  lines.map(({ indent, name, value }) => `${' '.repeat(indent)}${name}: ${value}`.trimEnd()).join('\n')

function problemsOf(lines: readonly Line[]): readonly ConfigProblem[] {
  try {
    loadConfig({ file: 'f.yaml', text: textOf(lines), env: {} })
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
}

const indexed = LINES.map((line, at) => ({ line, at }))
const leafLines = indexed.filter(({ line }) => isConfigKey(line.key))
const anyLine = fc.constantFrom(...indexed)
const anyLeaf = fc.constantFrom(...leafLines)
const replaceAt = (at: number, line: Line): Line[] => LINES.with(at, line)

/** Drops, doubles, swaps or replaces one letter of a name. */
const typo = fc
  .tuple(anyLine, fc.nat(30), fc.constantFrom('drop', 'double', 'swap', 'replace'))
  .map(([{ line, at }, position, how]) => {
    const i = position % line.name.length
    const [before, letter, after] = [line.name.slice(0, i), line.name[i] ?? '', line.name.slice(i + 1)]
    const next = after[0] ?? ''
    const name = {
      drop: before + after,
      double: before + letter + letter + after,
      swap: before + next + letter + after.slice(1),
      replace: `${before}q${after}`,
    }[how]
    return { line, at, name: name ?? line.name }
  })
  .filter(({ line, name }) => name !== line.name && name !== '')

test('the unchanged file is good', () => {
  assert.deepEqual(problemsOf(LINES), [])
})

test('every misspelt key is found where it stands, and the right one is usually suggested', () => {
  let suggested = 0
  let total = 0
  fc.assert(
    fc.property(typo, ({ line, at, name }) => {
      // The lines of a misspelt section go with it: only the section is reported.
      const [problem, ...others] = problemsOf(replaceAt(at, { ...line, name }))
      assert.deepEqual([problem?.line, problem?.column, others], [at + 1, line.indent + 1, []])
      assert.match(problem?.message ?? '', /^unknown key$/)
      total += 1
      if (problem?.suggestion === line.name) suggested += 1
    }),
    { numRuns: 150, seed: 7 },
  )
  assert.ok(suggested / total > 0.95, `${suggested} of ${total}`)
})

test('every value of a wrong type is found where it stands', () => {
  const values = ['[]', '{}', '{ a: 1 }', '[1, 2]', '1.5', '-7', '"?!"', '"${env:X}"', '.nan', '']
  fc.assert(
    fc.property(anyLeaf, fc.constantFrom(...values), ({ line, at }, value) => {
      const mutated = { ...line, value }
      const found = problemsOf(replaceAt(at, mutated))
      if (line.key === 'blobs' && value === '"?!"') return assert.deepEqual(found, [])
      const column = value === '' ? line.indent + 1 : line.indent + line.name.length + 3
      assert.deepEqual(
        found.map((problem) => [problem.line, problem.column, problem.path]),
        [[at + 1, column, line.key]],
      )
    }),
    { numRuns: 200, seed: 11 },
  )
})

test('a number is taken exactly when the schema takes it', () => {
  const numeric = leafLines.filter(({ line }) => /^\d+$/.test(line.value))
  fc.assert(
    fc.property(
      fc.constantFrom(...numeric),
      fc.oneof(fc.integer(), fc.nat(100_000), fc.maxSafeInteger()),
      ({ line, at }, value) => {
        assert.ok(isConfigKey(line.key))
        const fits = KEYS[line.key].schema.safeParse(value).success
        const found = problemsOf(replaceAt(at, { ...line, value: String(value) }))
        assert.deepEqual(
          found.map((problem) => problem.line),
          fits ? [] : [at + 1],
        )
      },
    ),
    { numRuns: 150, seed: 13 },
  )
})

test('a key that is not built yet, or written twice, is refused wherever it is put', () => {
  const tops = indexed.filter(({ line }) => line.indent === 0).map(({ at }) => at)
  const added = fc.constantFrom(...UNBUILT_NAMES, 'listen', ...SECTIONS)
  fc.assert(
    fc.property(fc.constantFrom(...tops), added, (at, name) => {
      const lines = LINES.toSpliced(at, 0, { key: name, indent: 0, name, value: '' })
      const found = problemsOf(lines)
      const isUnbuilt = UNBUILT_NAMES.includes(name)
      const twice = lines.findLastIndex((line) => line.indent === 0 && line.name === name) + 1
      const problem = found.find(({ message }) => /^not built yet|^is written twice/.test(message))
      assert.deepEqual([problem?.line, problem?.column], [isUnbuilt ? at + 1 : twice, 1], textOf(lines))
    }),
    { numRuns: 100, seed: 17 },
  )
})
