import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError, loadConfig } from './config.ts'
import { problemLine } from './problem.ts'
import { testDirectory } from '../test-directory.ts'

const cwd = testDirectory()
const file = join(cwd, 'm.gguf')
writeFileSync(file, 'GGUF')

const load = (text: string) => loadConfig({ file: 'f.yaml', cwd, text, env: {} })

function refusal(text: string): string {
  try {
    load(text)
    return ''
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems.map(problemLine).join('\n')
  }
}

test('a local model is found from the place of the file, and a change of it is a change of the configuration', () => {
  const text = 'localModels: [{ name: one, file: m.gguf, package: ./llama }]'
  const [one] = load(text).config.localModels
  assert.ok(one)
  assert.deepEqual([one.file, one.package, one.models], [file, join(cwd, 'llama'), ['one']])
  assert.deepEqual([one.contextTokens, one.gpu, one.memoryMb, one.queue], [4096, 'off', 8192, 8])
  assert.ok(one.threads >= 1)
  writeFileSync(file, 'GGUF2')
  assert.notEqual(load(text).config.localModels[0]?.mark, one.mark)
})

test('models are asked for by the names that are written', () => {
  const text = 'localModels: [{ name: one, file: m.gguf, models: [small, tiny] }]'
  assert.deepEqual(load(text).config.localModels[0]?.models, ['small', 'tiny'])
})

test('each mistake in a local model is named with its place', () => {
  const one = 'name: one, file: m.gguf'
  const cases: readonly (readonly [string, RegExp])[] = [
    ['[{ name: one }]', /localModels\[0\]\.file: is missing/],
    ['[{ name: one, file: none.gguf }]', /localModels\[0\]\.file: names a file that does not exist/],
    ['[{ name: one, file: m.bin }]', /localModels\[0\]\.file: must be the path of a \.gguf file/],
    [`[{ ${one} }, { ${one} }]`, /localModels\[1\]\.name: is the name of localModels\[0\] already/],
    [`[{ ${one}, package: llama.cpp }]`, /localModels\[0\]\.package: must be node-llama-cpp, or the path/],
    [`[{ ${one}, thread: 1 }]`, /localModels\[0\]\.thread: unknown key, did you mean threads\?/],
    [`[{ ${one}, gpu: cuda }]`, /localModels\[0\]\.gpu: must be one of off, auto/],
    [`[{ ${one}, queue: 1001 }]`, /localModels\[0\]\.queue/],
  ]
  for (const [text, problem] of cases) assert.match(refusal(`localModels: ${text}`), problem)
})
