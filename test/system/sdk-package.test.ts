import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'

const root = join(import.meta.dirname, '../..')
const elsewhere = mkdtempSync(join(tmpdir(), 'freehold-sdk-'))
const installed = join(elsewhere, 'node_modules/@freehold/sdk')
const staged = join(elsewhere, 'staged')
let tarball: string

before(() => {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), 'sdk', staged], { cwd: root })
  const args = ['pack', '--silent', '--pack-destination', elsewhere]
  tarball = join(elsewhere, execFileSync('npm', args, { cwd: join(staged, 'sdk'), encoding: 'utf8' }).trim())
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  mkdirSync(join(elsewhere, 'node_modules/@types'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(elsewhere, 'node_modules/@types/node'))
  symlinkSync(join(root, 'node_modules/undici-types'), join(elsewhere, 'node_modules/undici-types'))
})
after(() => rmSync(elsewhere, { recursive: true, force: true }))

test('publint finds nothing to say about the package', async () => {
  const { messages } = await publint({ pkgDir: installed, strict: true, pack: false })
  assert.deepEqual(messages, [])
})

test('types are found and right, however the package is imported', async () => {
  const pack = createPackageFromTarballData(readFileSync(tarball))
  const result = await checkPackage(pack)
  assert.ok(result.types)
  // It is a module; from CommonJS it is imported as one, and Node's older resolution knows no exports.
  const known = new Set(['CJSResolvesToESM', 'NoResolution'])
  const problems = result.problems.filter(
    ({ kind, ...more }) =>
      !known.has(kind) ||
      (kind === 'NoResolution' && 'resolutionKind' in more && more.resolutionKind !== 'node10'),
  )
  assert.deepEqual(problems, [])
})

const PROGRAM = `
import { createClient, FreeholdError, type Client, type DocumentView, type Page, type RequestView } from '@freehold/sdk'
const client: Client = createClient({ url: 'https://ai.example.org', key: 'fh_1' })
export async function all(id: string): Promise<string[]> {
  const page: Page<DocumentView> = await client.documents.list(id, { limit: 5 })
  const titles = page.data.map(({ title }) => title)
  for await (const one of client.requests.list()) titles.push((one satisfies RequestView).id)
  for await (const { seq, event } of client.follow(id, { after: 3 })) titles.push(\`\${seq} \${event.type}\`)
  const { data, zone } = await client.chat.complete({ model: 'm', messages: [] }).withResponse()
  titles.push(data.choices[0]?.message.content ?? '', zone ?? '')
  try {
    await client.collections.create({ name: 'x' })
  } catch (error) {
    if (error instanceof FreeholdError && error.code === 'over_quota') titles.push(error.message)
  }
  // @ts-expect-error a collection has no title
  await client.collections.create({ title: 'x' })
  return titles
}
`

/** Where it is used: in a browser's program that a bundler makes, and in one of Node. */
const CONSUMERS = [
  {
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'],
    types: [],
  },
  { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2023'], types: ['node'] },
]

test('programs for browsers and for Node compile against its types, with every check on', () => {
  writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(elsewhere, 'program.ts'), PROGRAM)
  for (const consumer of CONSUMERS) {
    const compilerOptions = {
      ...consumer,
      strict: true,
      noEmit: true,
      target: 'es2022',
      exactOptionalPropertyTypes: true,
    }
    writeFileSync(
      join(elsewhere, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['program.ts'] }),
    )
    const { stdout, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', elsewhere], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stdout)
  }
})

test('the package imports nothing but itself, and is small', (t) => {
  const files = globSync('dist/**/*.js', { cwd: installed })
  const imports = files.flatMap((file) =>
    [
      ...readFileSync(join(installed, file), 'utf8').matchAll(/(?:from |import |import\()['"]([^'"]+)['"]/g),
    ].map((match) => match[1] ?? ''),
  )
  assert.deepEqual(
    imports.filter((name) => !/^\.\.?\/[\w/-]+\.js$/.test(name)),
    [],
  )
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >
  assert.deepEqual(
    [manifest['dependencies'], manifest['sideEffects'], manifest['license']],
    [undefined, false, 'Apache-2.0'],
  )
  const bytes = gzipSync(files.map((file) => readFileSync(join(installed, file), 'utf8')).join('')).length
  t.diagnostic(
    `${(bytes / 1024).toFixed(1)} KiB compressed, packed ${(statSync(tarball).size / 1024).toFixed(1)} KiB`,
  )
  assert.ok(bytes < 24 * 1024)
})
