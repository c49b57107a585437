import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { array, assert as assertProperty, dictionary, property, stringMatching, uint8Array } from 'fast-check'
import { Fault } from '../../kernel/fault.ts'
import { testDirectory } from '../../kernel/test-directory.ts'
import { bundleOf, digestOf, MOST_FILES, readBundle } from './bundle.ts'
import { packSkill } from './pack.ts'
import { writeTar } from './tar.ts'

const MANIFEST = `apiVersion: freehold.dev/v1
kind: prompt
metadata:
  name: house-rules
  version: 1.0.0
  publisher: acme
  title: House rules
  description: What applies in this house.
  licence: Apache-2.0
prompt:
  instructions: rules.md
`
const FILES = { 'skill.yaml': MANIFEST, 'rules.md': 'Be brief.\n' }

const mapOf = (files: Readonly<Record<string, string>>): ReadonlyMap<string, Buffer> =>
  new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))

function folderOf(files: Readonly<Record<string, string>>): string {
  const directory = testDirectory()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return directory
}

const refusal = (pattern: RegExp) => (error: unknown) => error instanceof Fault && pattern.test(error.message)

test('a folder becomes the same bundle whoever packs it, when, and in which order its files were made', async () => {
  const one = folderOf({ ...FILES, 'b/z.txt': 'z', 'b/a.txt': 'a' })
  const other = folderOf({
    'b/a.txt': 'a',
    'b/z.txt': 'z',
    'rules.md': FILES['rules.md'],
    'skill.yaml': MANIFEST,
  })
  utimesSync(join(other, 'rules.md'), 1, 1)
  const [first, second] = await Promise.all([packSkill(one), packSkill(other)])
  assert.equal(first.digest, second.digest)
  // As every other machine has it: a change here changes the address of everything that was ever published.
  assert.equal(first.digest, GOLDEN)
  const read = readBundle(first.bytes)
  assert.deepEqual([...read.files.keys()], ['b/a.txt', 'b/z.txt', 'rules.md', 'skill.yaml'])
  assert.deepEqual([read.digest, read.manifest.metadata.name], [first.digest, 'house-rules'])
})
const GOLDEN = '5ed92d08b8e07a031e25fe7d1ad3e19208d527aa97f42a180828bbb46b8e7311'

test('hidden files stay at home and are named; links are refused', async () => {
  const directory = folderOf({ ...FILES, '.env': 'SECRET=1', '.git/config': 'x', 'b/.DS_Store': 'x' })
  assert.deepEqual((await packSkill(directory)).leftOut, ['.env', '.git', 'b/.DS_Store'])
  symlinkSync('/etc/passwd', join(directory, 'notes.md'))
  await assert.rejects(packSkill(directory), refusal(/notes\.md: is no plain file/))
  await assert.rejects(packSkill(join(directory, 'none')), refusal(/cannot be read \(ENOENT\)/))
  await assert.rejects(packSkill(folderOf({ 'a.md': 'x' })), refusal(/no skill\.yaml/))
})

const PATHS: readonly (readonly [string, RegExp])[] = [
  ['../x', /leads out/],
  ['a/../../x', /leads out/],
  ['/etc/x', /absolute/],
  ['a//x', /empty step/],
  ['./x', /empty step/],
  ['x/', /empty step/],
  ['.env', /hidden/],
  ['a/.ssh/id', /hidden/],
  ['a\\x', /not taken/],
  ['C:x', /not taken/],
  ['x\u202Egnp.js', /not taken/],
  ['a\u200Bb', /not taken/],
  ['x\n', /not taken/],
  ['x.', /dot or space/],
  ['cafe\u0301.md', /normal form/],
  ['a'.repeat(101), /too long/],
  [`${'d'.repeat(156)}/x`.padEnd(260, 'x'), /too long/],
]
for (const [path, pattern] of PATHS)
  test(`no bundle holds a path such as ${JSON.stringify(path.slice(0, 20))}`, () => {
    const files = mapOf({ ...FILES, [path]: 'x' })
    assert.throws(() => bundleOf(files), refusal(pattern))
    // And none that somebody else wrote is taken.
    if (!/too long/.test(pattern.source)) assert.throws(() => readBundle(writeTar(files)), refusal(pattern))
  })

const PAIRS = [
  ['Rules.md', 'rules.md'],
  ['straße.md', 'STRASSE.md'],
  ['ﬁle.md', 'file.md'],
  ['a', 'a/b'],
  ['A', 'a/b'],
  ['Docs/a', 'docs/b'],
]
for (const pair of PAIRS)
  test(`${pair.join(' and ')} do not lie beside each other everywhere, so no bundle has both`, () => {
    const files = new Map([
      ['skill.yaml', Buffer.from(MANIFEST)],
      ...pair.map((path) => [path, Buffer.from('x')] as const),
    ])
    assert.throws(() => bundleOf(files), refusal(/one name/))
    assert.throws(() => readBundle(writeTar(files)), refusal(/one name/))
  })

/** A header of ours with one field changed and its checksum made good. */
function changedHeader(bytes: Buffer, at: number, text: string): Buffer {
  const copy = Buffer.from(bytes)
  copy.write(text, at, 'latin1')
  copy.fill(' ', 148, 156)
  const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return copy
}

const ENTRIES: readonly (readonly [what: string, at: number, text: string, pattern: RegExp])[] = [
  ['a hard link', 156, '1', /hard link/],
  ['a symbolic link', 156, '2', /symbolic link/],
  ['a device', 156, '3', /device/],
  ['a directory', 156, '5', /directory/],
  ['a pipe', 156, '6', /pipe/],
  ['a pax extension', 156, 'x', /extension/],
  ['a long name of GNU tar', 156, 'L', /extension/],
  ['a setuid bit', 100, '0004755', /not written as/],
  ['an owner', 108, '0000001', /not written as/],
  ['a time', 136, '00000000001', /not written as/],
  ['a size in another notation', 124, '         12 ', /no size/],
  ['a size beyond its end', 124, '77777777777', /ends before/],
  ['a name of an owner', 265, 'root', /not written as/],
]
for (const [what, at, text, pattern] of ENTRIES)
  test(`a bundle with ${what} is refused`, () => {
    assert.throws(() => readBundle(changedHeader(bundleOf(mapOf(FILES)).bytes, at, text)), refusal(pattern))
  })

test('a bundle with too many files, cut short, doubled or with something behind it is refused', () => {
  const { bytes } = bundleOf(mapOf(FILES))
  const many = new Map(Array.from({ length: MOST_FILES + 1 }, (_, at) => [`${at}`, Buffer.alloc(0)] as const))
  assert.throws(() => readBundle(writeTar(many)), refusal(/more than 2000 files/))
  const entry = bytes.subarray(0, 1024)
  assert.throws(() => readBundle(Buffer.concat([entry, bytes])), refusal(/twice/))
  assert.throws(() => readBundle(Buffer.concat([bytes, Buffer.from('more')])), refusal(/not written as/))
  assert.throws(() => readBundle(Buffer.alloc(17 * 1024 * 1024)), refusal(/at most/))
  for (let end = 0; end < bytes.length; end += 128)
    assert.throws(() => readBundle(bytes.subarray(0, end)), Fault)
})

test('a changed byte makes another bundle or none', () => {
  const { bytes, digest } = bundleOf(mapOf(FILES))
  for (let at = 0; at < bytes.length; at += 7) {
    const copy = Buffer.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ 1
    try {
      assert.notEqual(readBundle(copy).digest, digest)
    } catch (error) {
      assert.ok(error instanceof Fault, `byte ${at}`)
    }
  }
})

test('whatever the files hold, what was packed is what is read', () => {
  const name = stringMatching(/^[a-z0-9_]{1,20}$/)
  const paths = array(name, { minLength: 1, maxLength: 6 }).map((steps) => `d/${steps.join('/')}.txt`)
  assertProperty(
    property(dictionary(paths, uint8Array({ maxLength: 2000 }), { maxKeys: 8 }), (made) => {
      const files = new Map<string, Buffer>(
        Object.entries(made).map(([path, content]) => [path, Buffer.from(content)]),
      )
      for (const [path, content] of mapOf(FILES)) files.set(path, content)
      const { bytes, digest } = bundleOf(files)
      const read = readBundle(bytes)
      assert.equal(read.digest, digest)
      assert.equal(digestOf(bytes), digest)
      assert.equal(read.files.size, files.size)
      for (const [path, content] of files) assert.deepEqual(read.files.get(path), content)
    }),
    { numRuns: 40 },
  )
})
