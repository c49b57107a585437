import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import { testDirectory } from '../../kernel/test-directory.ts'
import { bundleOf } from '../bundle/bundle.ts'
import { signEnvelope } from '../signing/envelope.ts'
import { newKeyFile, readSigningKey } from '../signing/signing-key.ts'
import type { OciPlace } from './artifact.ts'
import { layoutDirectory } from './layout-directory.ts'
import { layoutTar } from './layout-tar.ts'
import { OciLayout } from './layout.ts'
import { placeAddress } from './open-place.ts'
import { SkillRepository } from './skill-repository.ts'

const key = readSigningKey(newKeyFile(null), null)
const envelopes = ['one', 'two'].map((text) => signEnvelope(Buffer.from(text), [key]))
const bundle = bundleOf(new Map([['skill.yaml', Buffer.from('x')]]))
const named = { name: 'acme-orders', version: '1.0.0+b1' }
const refused = (promise: Promise<unknown>, pattern: RegExp): Promise<void> =>
  assert.rejects(promise, (error: unknown) => error instanceof Fault && pattern.test(error.message))

const OPEN: Readonly<Record<string, (directory: string) => Promise<OciPlace>>> = {
  directory: async (directory) => new OciLayout(layoutDirectory(join(directory, 'layout'))),
  tar: async (directory) => new OciLayout(await layoutTar(join(directory, 'layout.tar'))),
}
for (const [kind, open] of Object.entries(OPEN))
  test(`what is published to a ${kind} is there for whoever opens it next`, async () => {
    const directory = testDirectory()
    const written = new SkillRepository(await open(directory))
    const { manifest } = await written.publish(bundle, named)
    await written.attach(manifest, envelopes)
    await written.putMetadata('timestamp.json', Buffer.from('first'))
    await written.close()
    const again = new SkillRepository(await open(directory))
    await again.attach(manifest, envelopes)
    await again.putMetadata('timestamp.json', Buffer.from('second'))
    assert.deepEqual(await again.publish(bundle, named), { manifest })
    await again.close()
    const read = new SkillRepository(await open(directory))
    assert.deepEqual(await read.file(bundle.digest, bundle.bytes.length), bundle.bytes)
    assert.deepEqual(await read.envelopes(manifest), envelopes)
    assert.deepEqual(String(await read.metadata('timestamp.json', 100)), 'second')
    assert.equal(await read.metadata('1.root.json', 100), null)
    const stored = { digest: bundle.digest, length: bundle.bytes.length, manifest }
    assert.deepEqual(await read.published(named.name, named.version), stored)
    await refused(read.metadata('timestamp.json', 5), /at most 5/)
    await refused(read.file('a'.repeat(64), 1), /does not have it/)
    await refused(read.file(bundle.digest, bundle.bytes.length + 1), /not the length/)
    await read.close()
  })

test('a layout that any tar has packed is read as one of ours', async () => {
  const directory = testDirectory()
  const place = await OPEN['directory']?.(directory)
  assert.ok(place)
  const { manifest } = await new SkillRepository(place).publish(bundle, named)
  const files = join(directory, 'layout')
  assert.deepEqual(readdirSync(files).sort(), ['blobs', 'index.json', 'oci-layout'])
  assert.equal(readFileSync(join(files, 'oci-layout'), 'utf8'), '{"imageLayoutVersion":"1.0.0"}')
  for (const format of ['gnu', 'pax', 'ustar']) {
    execFileSync('tar', [`--format=${format}`, '-cf', join(directory, 'layout.tar'), '-C', files, '.'])
    const tar = await OPEN['tar']?.(directory)
    assert.ok(tar)
    const read = new SkillRepository(tar)
    assert.deepEqual(await read.file(bundle.digest, bundle.bytes.length), bundle.bytes)
    await read.attach(manifest, envelopes)
    await read.close()
  }
  const tar = await OPEN['tar']?.(directory)
  assert.ok(tar)
  assert.equal((await new SkillRepository(tar).envelopes(manifest)).length, 2)
  await tar.close()
  execFileSync('tar', ['-tf', join(directory, 'layout.tar')])
})

for (const [kind, open] of Object.entries(OPEN))
  test(`whoever keeps a ${kind} open finds what others write to it`, async () => {
    const directory = testDirectory()
    const reader = new SkillRepository(await open(directory))
    for (const text of ['first', 'second']) {
      const writer = new SkillRepository(await open(directory))
      await writer.putMetadata('timestamp.json', Buffer.from(text))
      await writer.close()
      assert.equal(String(await reader.metadata('timestamp.json', 100)), text)
    }
    await reader.close()
  })

test('a stick with changed bytes, links or rubbish on it is refused', async () => {
  const directory = testDirectory()
  const repository = new SkillRepository(new OciLayout(layoutDirectory(directory)))
  await repository.publish(bundle, named)
  const blob = join(directory, 'blobs/sha256', bundle.digest)
  writeFileSync(blob, Buffer.alloc(bundle.bytes.length))
  await refused(repository.file(bundle.digest, bundle.bytes.length), /other bytes/)
  rmSync(blob)
  symlinkSync('/etc/passwd', blob)
  await refused(repository.file(bundle.digest, bundle.bytes.length), /cannot be read \(ELOOP\)/)
  rmSync(blob)
  execFileSync('mkfifo', [blob])
  await refused(repository.file(bundle.digest, bundle.bytes.length), /is no file/)
  writeFileSync(join(directory, 'index.json'), '{')
  const other = new SkillRepository(new OciLayout(layoutDirectory(directory)))
  await refused(other.metadata('x', 1), /index that cannot be read/)
  writeFileSync(join(directory, 'x.tar'), Buffer.alloc(2048, 7))
  await refused(layoutTar(join(directory, 'x.tar')), /no tar of an OCI layout/)
})

test('a repository is named by one of three addresses', () => {
  const registry = placeAddress('oci://registry.example:5000/acme/skills')
  assert.deepEqual(registry, {
    kind: 'registry',
    origin: new URL('https://registry.example:5000'),
    repository: 'acme/skills',
  })
  assert.match(
    JSON.stringify(placeAddress('oci+http://127.0.0.1:5000/skills')),
    /"http:\/\/127\.0\.0\.1:5000\/"/,
  )
  assert.deepEqual(placeAddress('oci-layout:/media/stick'), { kind: 'directory', path: '/media/stick' })
  assert.deepEqual(placeAddress('tar:stick.tar'), { kind: 'tar', path: 'stick.tar' })
  for (const wrong of [
    '',
    'https://x/y',
    'oci:x',
    'oci://x',
    'oci://x/',
    'oci://x/A',
    'oci://u@x/a',
    'oci://x/a?b',
    'tar:',
    'oci://x/a/../b/%2e',
  ])
    assert.throws(() => placeAddress(wrong), Fault, wrong)
})
