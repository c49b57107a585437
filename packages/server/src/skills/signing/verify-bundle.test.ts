import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import { bundleOf } from '../bundle/bundle.ts'
import { readEnvelopes, writeEnvelopes } from './envelope.ts'
import type { Envelope } from './envelope.ts'
import { NOTHING_REVOKED, readRevocations } from './revocations.ts'
import type { SigningKey } from './signing-key.ts'
import { newKeyFile, readPublicKey, readSigningKey } from './signing-key.ts'
import { signCertification, signPublication, signRevocation } from './statement.ts'
import type { Level } from './trust-root.ts'
import { ownerOf, readTrust } from './trust-root.ts'
import { verifyBundle } from './verify-bundle.ts'

const NOW = Date.parse('2027-03-01T12:00:00Z')
const newKey = (): SigningKey => readSigningKey(newKeyFile(null), null)
const keys = {
  root: newKey(),
  acme: newKey(),
  acme2: newKey(),
  other: newKey(),
  house: newKey(),
  stranger: newKey(),
}

const trustText = (more = ''): string => `
version: 1
${more}
root: { keys: ["${keys.root.public.text}"] }
publishers:
  - { name: acme, prefixes: [acme], keys: ["${keys.acme.public.text}"] }
  - { name: labs, prefixes: [acme-labs, labs], keys: ["${keys.other.public.text}"] }
certifiers:
  - { name: house, keys: ["${keys.house.public.text}"] }
`
const trust = readTrust(trustText())

const manifest = (name: string, publisher: string): string => `apiVersion: freehold.dev/v1
kind: prompt
metadata: { name: ${name}, version: 1.0.0, publisher: ${publisher}, title: T, description: D, licence: MIT }
prompt: { instructions: a.md }
`
const packed = (name = 'acme-orders', publisher = 'acme') =>
  bundleOf(
    new Map([
      ['skill.yaml', Buffer.from(manifest(name, publisher))],
      ['a.md', Buffer.from('Be brief.\n')],
    ]),
  )
const bundle = packed()
const subject = { name: 'acme-orders', digest: bundle.digest }

const publication = (by: readonly SigningKey[] = [keys.acme], of: object = {}, about = subject): Envelope =>
  signPublication(
    about,
    { name: 'acme-orders', version: '1.0.0', publisher: 'acme', publishedAt: '2027-01-01T00:00:00Z', ...of },
    by,
  )
const certification = (
  by: readonly SigningKey[] = [keys.house],
  of: object = {},
  about = subject,
): Envelope =>
  signCertification(
    about,
    {
      name: 'acme-orders',
      version: '1.0.0',
      certifier: 'house',
      verdict: 'pass',
      report: 'a'.repeat(64),
      scanner: { name: 'freehold', version: '0.1.0' },
      policy: 'default',
      certifiedAt: '2027-01-02T00:00:00Z',
      expiresAt: '2028-01-02T00:00:00Z',
      ...of,
    },
    by,
  )
const revocation = (by: SigningKey, of: 'bundle' | 'key', digest: string): Envelope =>
  signRevocation(
    { name: 'acme-orders', digest },
    { of, reason: 'it leaks', revokedAt: '2027-02-01T00:00:00Z' },
    [by],
  )

interface Asked {
  readonly bytes?: Buffer
  readonly envelopes?: readonly Envelope[]
  readonly policy?: Level
  readonly trusted?: typeof trust
  readonly revoked?: readonly Envelope[]
  readonly now?: number
}
const whole = [publication(), certification()]
const verify = ({
  bytes = bundle.bytes,
  envelopes = whole,
  policy = 'certified',
  trusted = trust,
  revoked,
  now = NOW,
}: Asked = {}) =>
  verifyBundle(bytes, envelopes, {
    trust: trusted,
    policy,
    now,
    revocations: revoked === undefined ? NOTHING_REVOKED : readRevocations(revoked, trusted),
  })

const refused = (asked: Asked, pattern: RegExp): void =>
  assert.throws(
    () => verify(asked),
    (error: unknown) =>
      error instanceof Fault && error.code === 'skill_untrusted' && pattern.test(error.message),
  )

test('a bundle is as trusted as what was signed about it, whatever the policy asks', () => {
  const { level, publisher, certification: certified, skill } = verify({ policy: 'dev' })
  assert.deepEqual([level, publisher, certified?.verdict], ['certified', 'acme', 'pass'])
  assert.equal(skill.digest, bundle.digest)
  assert.equal(verify({ envelopes: [publication()], policy: 'signed' }).level, 'signed')
  assert.deepEqual(verify({ envelopes: [], policy: 'dev' }).level, 'dev')
  assert.deepEqual(verify({ envelopes: [], policy: 'dev' }).publisher, null)
})

test('what a check leaves to a person counts once a person has answered for it, and what it blocks never does', () => {
  const accepted = 'Read it; the word is quoted in its own tests.'
  const answered = [publication(), certification([keys.house], { verdict: 'review', accepted })]
  assert.equal(verify({ envelopes: answered }).certification?.accepted, accepted)
  refused(
    { envelopes: [publication(), certification([keys.house], { verdict: 'block', accepted })] },
    /judged .*: block/,
  )
})

test('each policy refuses what is below it and says what is missing', () => {
  refused({ envelopes: [], policy: 'signed' }, /acme-orders 1\.0\.0 is not signed by its publisher/)
  refused({ envelopes: [publication()] }, /is not certified/)
  refused({ envelopes: [certification()] }, /not signed by its publisher/)
  refused({ envelopes: [], policy: 'dev', trusted: readTrust(trustText('minimum: signed')) }, /not signed/)
})

const WRONG: readonly (readonly [what: string, envelopes: readonly Envelope[], pattern: RegExp])[] = [
  ['by somebody unknown', [publication([keys.stranger])], /none of the known keys/],
  ['by another publisher', [publication([keys.other])], /none of the known keys/],
  ['by a certifier as publisher', [publication([keys.house])], /none of the known keys/],
  ['for another version', [publication([keys.acme], { version: '1.0.1' })], /signed as acme-orders 1\.0\.1/],
  ['for another skill', [publication([keys.acme], { name: 'acme-other' })], /signed as acme-other/],
  ['by a publisher for another', [publication([keys.other], { publisher: 'labs' })], /of labs/],
  ['and ran out', [publication([keys.acme], { expiresAt: '2027-02-28T00:00:00Z' })], /expired on 2027-02-28/],
  [
    'before it was changed',
    [publication([keys.acme], {}, { ...subject, digest: 'b'.repeat(64) })],
    /changed after it was signed/,
  ],
  ['and certified by a stranger', [publication(), certification([keys.stranger])], /none of the known keys/],
  [
    'and certified by its own publisher',
    [publication(), certification([keys.acme])],
    /none of the known keys/,
  ],
  [
    'and certified by nobody known',
    [publication(), certification([keys.house], { certifier: 'x' })],
    /unknown here/,
  ],
  [
    'and judged worth a look',
    [publication(), certification([keys.house], { verdict: 'review' })],
    /judged .*: review/,
  ],
  [
    'and judged harmful',
    [publication(), certification([keys.house], { verdict: 'block' })],
    /judged .*: block/,
  ],
  [
    'and its certificate ran out',
    [publication(), certification([keys.house], { expiresAt: '2027-02-28T23:59:59Z' })],
    /certificate .* expired/,
  ],
  [
    'and its certificate is of the future',
    [publication(), certification([keys.house], { certifiedAt: '2027-03-02T00:00:00Z' })],
    /begins on/,
  ],
  [
    'and another bundle certified',
    [publication(), certification([keys.house], {}, { ...subject, digest: 'c'.repeat(64) })],
    /changed after it was certified/,
  ],
]
for (const [what, envelopes, pattern] of WRONG)
  test(`a bundle that was signed ${what} is refused`, () => refused({ envelopes }, pattern))

test('a publisher signs for names of its own only, and the longest prefix says whose a name is', () => {
  const theirs = packed('acme-labs-lens', 'acme')
  const about = { name: 'acme-labs-lens', digest: theirs.digest }
  const signed = publication([keys.acme], { name: 'acme-labs-lens' }, about)
  refused(
    { bytes: theirs.bytes, envelopes: [signed], policy: 'signed' },
    /does not belong to the publisher acme/,
  )
  const owner = (name: string) => ownerOf(trust, name)?.name
  assert.deepEqual(
    ['acme', 'acme-x', 'acmex', 'acme-labs', 'acme-labs-x', 'acme-labsx', 'labs', 'none'].map(owner),
    ['acme', 'acme', undefined, 'labs', 'labs', 'acme', 'labs', undefined],
  )
})

test('where two keys are needed one is not enough, and one of them twice is still one', () => {
  const trusted = readTrust(
    trustText().replace(
      `keys: ["${keys.acme.public.text}"]`,
      `threshold: 2, keys: ["${keys.acme.public.text}", "${keys.acme2.public.text}"]`,
    ),
  )
  const by = (...signers: readonly SigningKey[]) => ({
    trusted,
    policy: 'signed' as const,
    envelopes: [publication(signers)],
  })
  refused(by(keys.acme), /1 of 2 needed keys/)
  refused(by(keys.acme, keys.acme), /1 of 2 needed keys/)
  refused(by(keys.acme, keys.stranger), /1 of 2 needed keys/)
  assert.equal(verify(by(keys.acme, keys.acme2)).level, 'signed')
})

test('what was revoked is refused under every policy, by those who may revoke it', () => {
  const { digest } = bundle
  for (const by of [keys.acme, keys.house, keys.root])
    for (const policy of ['dev', 'signed', 'certified'] as const)
      refused({ policy, revoked: [revocation(by, 'bundle', digest)] }, /was revoked on 2027-02-01.*it leaks/)
  for (const by of [keys.other, keys.stranger])
    assert.equal(verify({ revoked: [revocation(by, 'bundle', digest)] }).level, 'certified')
  assert.equal(verify({ revoked: [revocation(keys.root, 'bundle', 'd'.repeat(64))] }).level, 'certified')
})

test('a revoked key signs nothing any more; it may take itself back, and no other', () => {
  const { id } = keys.acme.public
  for (const by of [keys.acme, keys.house, keys.root])
    refused({ revoked: [revocation(by, 'key', id)] }, /a key that signed it was revoked/)
  assert.equal(verify({ revoked: [revocation(keys.other, 'key', id)] }).level, 'certified')
  refused({ revoked: [revocation(keys.house, 'key', keys.house.public.id)] }, /revoked on/)
  refused(
    { policy: 'dev', revoked: [revocation(keys.root, 'bundle', bundle.digest)], envelopes: [] },
    /was revoked/,
  )
})

/** All of them take seconds: they are tried where the whole way is. */
const STEP = 13

test('a changed bit in a bundle or in what was signed about it is found', () => {
  const { bytes } = bundle
  for (let at = 0; at < bytes.length; at += STEP) {
    const copy = Buffer.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
    assert.throws(() => verify({ bytes: copy }), Fault, `byte ${at} of the bundle`)
  }
  const text = Buffer.from(writeEnvelopes(whole))
  for (let at = 0; at < text.length; at += STEP) {
    const copy = Buffer.from(text)
    copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
    assert.throws(
      () => verify({ envelopes: readEnvelopes(copy.toString('utf8')) }),
      Fault,
      `byte ${at} of the envelopes`,
    )
  }
})

test('with the signatures left unchecked the same changes would pass, so the check is what finds them', () => {
  const [first, second] = whole.map((one) => structuredClone(one))
  assert.ok(first && second)
  const forged = {
    ...first,
    signatures: [{ keyid: keys.acme.public.id, sig: Buffer.alloc(64).toString('base64') }],
  }
  refused({ envelopes: [forged, second] }, /none of the known keys/)
  const everything = { ...keys.acme.public, verify: () => true }
  const acme = {
    name: 'acme',
    prefixes: ['acme'],
    threshold: 1,
    keys: new Map([[everything.id, everything]]),
  }
  const blind = { ...trust, publishers: [acme] }
  assert.equal(verify({ envelopes: [forged, second], trusted: blind }).level, 'certified')
})

const MISTAKES: readonly (readonly [string, RegExp])[] = [
  ['version: 2', /version/],
  ['version: 1\nsurprise: 1', /surprise/],
  ['version: 1\nroot: { keys: [x] }', /root\.keys\[0\]: A public key/],
  [`version: 1\nroot: { keys: ["${keys.root.public.text}", "${keys.root.public.text}"] }`, /twice/],
  [`version: 1\nroot: { threshold: 2, keys: ["${keys.root.public.text}"] }`, /only 1 keys/],
  [trustText().replace('name: labs', 'name: acme'), /name acme stands there twice/],
  [trustText().replace('acme-labs, labs', 'acme'), /prefix acme stands there twice/],
  ['a: [', /no YAML/],
]
for (const [text, pattern] of MISTAKES)
  test(`a trust root with ${String(pattern)} is refused`, () =>
    assert.throws(
      () => readTrust(text),
      (error: unknown) => error instanceof Fault && pattern.test(error.message),
    ))

test('a key opens with its passphrase alone and is known by its public part', () => {
  const pem = newKeyFile('open sesame')
  const key = readSigningKey(pem, 'open sesame')
  assert.match(pem, /ENCRYPTED/)
  assert.equal(readPublicKey(key.public.text).id, key.public.id)
  assert.throws(() => readSigningKey(pem, null), /needs its passphrase/)
  assert.throws(() => readSigningKey(pem, 'x'), /does not open/)
  assert.throws(() => readSigningKey('x', null), /no PEM/)
  assert.throws(() => readPublicKey('ed25519:AAAA'), /public key is written/)
})
