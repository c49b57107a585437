import { test } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { LoadedConfig } from './config.ts'
import { ConfigError, loadConfig } from './config.ts'
import { explainConfig } from './explanation.ts'
import { problemLine } from './problem.ts'

const dir = mkdtempSync(join(tmpdir(), 'freehold-pem-'))
const write = (name: string, text: string): void => writeFileSync(join(dir, name), text, { mode: 0o600 })
const read = (name: string): string => readFileSync(join(dir, name), 'utf8')

/** A self-signed certificate `<name>.pem` and its key `<name>.key`. */
function makePair(name: string): void {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`, '-days', '2']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', ...files], {
    cwd: dir,
    stdio: 'ignore',
  })
}

makePair('one')
makePair('two')
execFileSync('openssl', ['pkey', '-in', 'one.key', '-aes256', '-passout', 'pass:x', '-out', 'locked.key'], {
  cwd: dir,
})
write('words', 'no PEM at all')
write('cut.pem', read('one.pem').slice(0, -40))
write('odd.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
write('huge.pem', read('one.pem') + 'x'.repeat(256 * 1024))
write('chain.pem', read('one.pem') + read('two.pem'))
write('both.pem', read('one.key') + read('one.pem'))
mkdirSync(join(dir, 'folder'))

const load = (text: string): LoadedConfig => loadConfig({ file: join(dir, 'f.yaml'), text, env: {} })

function lines(text: string): readonly string[] {
  try {
    load(text)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems.map((problem) => problemLine({ ...problem, source: 'f.yaml' }))
  }
}

const target = (tls: string): string =>
  `targets: [{ name: a, kind: service, zone: private, url: "https://10.0.0.1", tls: { ${tls} } }]`

test('certificate, key and authorities are read as text from files beside the configuration', () => {
  const loaded = load('tls: { cert: chain.pem, key: ./one.key, clientCa: two.pem }')
  const { tls } = loaded.config
  assert.ok(typeof tls === 'object')
  assert.deepEqual([tls.cert, tls.key.reveal()], [read('chain.pem'), read('one.key')])
  assert.deepEqual([tls.clientCa, tls.clientCertificates], [read('two.pem'), 'required'])
  assert.deepEqual(
    [...loaded.files.keys()],
    ['chain.pem', 'one.key', 'two.pem'].map((name) => join(dir, name)),
  )
  const plain = load('tls: { cert: both.pem, key: both.pem }').config.tls
  assert.ok(typeof plain === 'object')
  assert.deepEqual([plain.clientCa, plain.clientCertificates], [null, null])
  const { clientCertificates } = load(
    'tls: { cert: one.pem, key: one.key, clientCa: two.pem, clientCertificates: optional }',
  ).config.tls as { clientCertificates: string }
  assert.equal(clientCertificates, 'optional')
})

test('a target has its own authorities, certificate and key', () => {
  const [a] = load(target('ca: two.pem, cert: one.pem, key: one.key')).config.targets
  assert.deepEqual([a?.tls?.ca, a?.tls?.cert], [read('two.pem'), read('one.pem')])
  assert.equal(a?.tls?.key?.reveal(), read('one.key'))
  const rows = explainConfig(load(target('ca: two.pem')))
  assert.match(JSON.stringify(rows), /"tls":\{"ca":"\[PEM\]"\}/)
})

test('neither keys nor certificates are printed; explain says which files they are', () => {
  const loaded = load(
    `tls: { cert: one.pem, key: one.key }\n${target('ca: two.pem, cert: one.pem, key: one.key')}`,
  )
  const secret = read('one.key').split('\n')[1] ?? ''
  assert.ok(!(JSON.stringify(loaded) + inspect(loaded, { depth: 9 })).includes(secret))
  const rows = explainConfig(loaded)
  assert.ok(!JSON.stringify(rows).includes('BEGIN'))
  assert.deepEqual(rows.find(({ key }) => key === 'tls')?.value, {
    cert: join(dir, 'one.pem'),
    key: join(dir, 'one.key'),
    clientCa: null,
    clientCertificates: null,
  })
})

test('a file that cannot be what it shall be is refused at its place', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['tls: { cert: nope.pem, key: one.key }', /^f.yaml:1:14 {2}tls.cert: names a file that does not exist$/],
    ['tls: { cert: folder, key: one.key }', /tls.cert: names no file$/],
    ['tls: { cert: words, key: one.key }', /tls.cert: names a file that holds no PEM block/],
    ['tls: { cert: cut.pem, key: one.key }', /tls.cert: names a PEM file that is cut off$/],
    ['tls: { cert: odd.pem, key: one.key }', /tls.cert: .* a certificate that cannot be read$/],
    ['tls: { cert: huge.pem, key: one.key }', /tls.cert: names a file that is larger than 256 KiB$/],
    ['tls: { cert: one.key, key: one.key }', /tls.cert: names a PEM file without a certificate$/],
    ['tls: { cert: one.pem, key: one.pem }', /^f.yaml:1:28 {2}tls.key: .* without a private key that can/],
    ['tls: { cert: one.pem, key: locked.key }', /tls.key: .*\(is it encrypted\?\)$/],
    ['tls: { cert: one.pem, key: two.key }', /^f.yaml:1:28 {2}tls.key: names a key that does not belong/],
    ['tls: { cert: one.pem, key: one.key, clientCa: words }', /^f.yaml:1:47 {2}tls.clientCa: names a file/],
    ['tls: { cert: "-----BEGIN CERTIFICATE-----", key: k }', /tls.cert: .* not the PEM text itself$/m],
    ['tls: { cert: "a\\0b", key: one.key }', /tls.cert: must be the path of a PEM file$/],
    [target('ca: nope.pem'), /targets\[0\].tls.ca: names a file that does not exist$/],
    [target('cert: one.pem, key: two.key'), /targets\[0\].tls.key: names a key that does not belong/],
  ]
  for (const [text, wanted] of cases) assert.match(lines(text)[0] ?? 'accepted', wanted, text)
})

test('a key file of our own that others may read is refused', (t) => {
  // Root may read whatever it likes, so the modes of its files say nothing: the test steps down from it.
  const isRoot = process.geteuid?.() === 0
  const nobody = isRoot ? 65_534 : (process.geteuid?.() ?? 0)
  const text = 'tls: { cert: one.pem, key: one.key }'
  chmodSync(dir, 0o755)
  for (const name of ['one.pem', 'one.key']) chownSync(join(dir, name), nobody, -1)
  t.after(() => {
    if (isRoot) process.seteuid?.(0)
    chmodSync(join(dir, 'one.key'), 0o600)
  })
  if (isRoot) process.seteuid?.(nobody)
  assert.deepEqual(lines(text), [])
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(join(dir, 'one.key'), mode)
    assert.match(lines(text)[0] ?? 'accepted', /tls.key: names a key file that others may read: .*chmod 600/)
  }
})

test('a refused configuration names the files whose change may repair it', () => {
  assert.throws(
    () => load('tls: { cert: one.pem, key: later.key }'),
    (error) => error instanceof ConfigError && error.files.get(join(dir, 'later.key')) === 'absent',
  )
})

process.once('exit', () => rmSync(dir, { recursive: true }))
