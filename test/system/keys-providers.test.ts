import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { KmsSetting, VaultSetting } from '../../packages/server/src/kernel/config/root-keys.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import { awsKms } from '../../packages/server/src/store/keys/aws-kms.ts'
import type { KeyProvider } from '../../packages/server/src/store/keys/key-provider.ts'
import type { KeyServiceFigure } from '../../packages/server/src/store/keys/key-service.ts'
import { openRoot } from '../../packages/server/src/store/keys/open-roots.ts'
import { vaultTransit } from '../../packages/server/src/store/keys/vault-transit.ts'
import { cannotIssue, openRegistry } from './certificates.ts'
import type { Failure, KeyServer } from './key-services.ts'
import { openKms, openVault, signatureFlaw } from './key-services.ts'
import { pkcs11Ground } from './pkcs11-token.ts'

type End = { after(fn: () => unknown): void }

const TOKEN = 'hvs.a-token-of-a-test'
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

const vaultSetting = (address: string, more: Partial<VaultSetting> = {}): VaultSetting => ({
  address,
  namespace: null,
  mount: 'transit',
  key: 'house',
  token: new Secret(TOKEN),
  ca: null,
  ...more,
})

const kmsSetting = (endpoint: string, more: Partial<KmsSetting> = {}): KmsSetting => ({
  endpoint,
  region: 'eu-central-1',
  key: '1234abcd-12ab-34cd-56ef-1234567890ab',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: new Secret(SECRET),
  sessionToken: null,
  ca: null,
  ...more,
})

interface Ground {
  readonly server: KeyServer
  readonly provider: KeyProvider
  readonly figures: readonly KeyServiceFigure[]
}

const surroundings = (figures: KeyServiceFigure[]) => ({
  dialler: createDialler(),
  clock: systemClock,
  answerMs: 300,
  figure: (figure: KeyServiceFigure) => void figures.push(figure),
})

const SERVICES: Readonly<Record<string, (t: End) => Promise<Ground>>> = {
  async 'vault-transit'(t) {
    const server = await openVault({ token: TOKEN, key: 'house' })
    const figures: KeyServiceFigure[] = []
    const provider = vaultTransit(vaultSetting(server.url), surroundings(figures))
    t.after(async () => Promise.all([provider.close(), server.close()]))
    return { server, provider, figures }
  },
  async 'aws-kms'(t) {
    const setting = kmsSetting('')
    const server = await openKms({ ...setting, secretAccessKey: SECRET, sessionToken: 'a session' })
    const figures: KeyServiceFigure[] = []
    const more = { sessionToken: new Secret('a session') }
    const provider = awsKms(kmsSetting(server.url, more), surroundings(figures))
    t.after(async () => Promise.all([provider.close(), server.close()]))
    return { server, provider, figures }
  },
}

const PARTS = ['kek', '018f0000-0000-7000-8000-000000000001', '1']

/** What holds of everything that keeps a root key. */
async function wrapsForOnePlaceOnly(provider: KeyProvider): Promise<void> {
  const key = randomBytes(32)
  const wrapped = await provider.wrap(PARTS, key)
  assert.ok(!wrapped.includes(key))
  assert.ok((await provider.unwrap(PARTS, wrapped)).equals(key))
  assert.notDeepEqual(await provider.wrap(PARTS, key), wrapped)
  for (const parts of [PARTS.with(0, 'blind'), PARTS.with(1, 'other'), PARTS.with(2, '2')])
    await assert.rejects(provider.unwrap(parts, wrapped), /changed, moved/)
  const changed = Buffer.from(wrapped)
  const at = changed.length - 6
  changed[at] = changed[at] === 65 ? 66 : 65
  await assert.rejects(provider.unwrap(PARTS, changed), /changed, moved/)
}

const isUnavailable = (error: unknown): boolean => error instanceof Fault && error.code === 'unavailable'

for (const [name, open] of Object.entries(SERVICES)) {
  test(`${name} wraps for one place only, and a changed or moved key does not open`, async (t) => {
    const { provider } = await open(t)
    await wrapsForOnePlaceOnly(provider)
  })

  test(`${name}: what passes is tried again, what does not pass is not`, async (t) => {
    const { server, provider, figures } = await open(t)
    const passing: readonly Failure[] = ['drop', 'hang', { status: 503 }, { status: 429 }, { status: 500 }]
    for (const failure of passing) {
      server.failures.push(failure)
      const before = server.calls
      await provider.wrap(PARTS, randomBytes(32))
      assert.equal(server.calls - before, 2)
    }
    assert.ok(figures.every(({ outcome }) => outcome === 'ok'))
    const before = server.calls
    server.failures.push({ status: 403 })
    await assert.rejects(provider.wrap(PARTS, randomBytes(32)), isUnavailable)
    assert.deepEqual([server.calls - before, figures.at(-1)?.outcome], [1, '403'])
    server.failures.push({ status: 200, body: { odd: true } })
    await assert.rejects(provider.wrap(PARTS, randomBytes(32)), isUnavailable)
  })

  test(`${name}: one that stays away is not waited for again and again, and is there again when it is back`, async (t) => {
    const { server, provider } = await open(t)
    const wrapped = await provider.wrap(PARTS, randomBytes(32))
    server.refusing = { status: 503 }
    await assert.rejects(provider.unwrap(PARTS, wrapped), isUnavailable)
    const before = server.calls
    await assert.rejects(provider.unwrap(PARTS, wrapped), isUnavailable)
    assert.equal(server.calls, before)
    server.refusing = null
    let back: Buffer | null = null
    while (back === null) back = await provider.unwrap(PARTS, wrapped).catch(() => null)
    assert.equal(back.length, 32)
  })
}

test('the fake of KMS knows a right signature by the published examples, and every wrong one', () => {
  const signer = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, nowMs: Date.UTC(2015, 7, 30, 12, 36) }
  const credential = (scope: string) =>
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/${scope}/aws4_request`
  // "Create a signed AWS API request" in the IAM user guide, and post-vanilla of the signature test suite.
  const listUsers = {
    method: 'GET',
    path: '/?Action=ListUsers&Version=2010-05-08',
    headers: {
      host: 'iam.amazonaws.com',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-amz-date': '20150830T123600Z',
      authorization: `${credential('us-east-1/iam')}, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7`,
    },
    body: Buffer.alloc(0),
  }
  const postVanilla = {
    method: 'POST',
    path: '/',
    headers: {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `${credential('us-east-1/service')}, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b`,
    },
    body: Buffer.alloc(0),
  }
  assert.equal(signatureFlaw(listUsers, { ...signer, scope: 'us-east-1/iam' }), null)
  const at = { ...signer, scope: 'us-east-1/service' }
  assert.equal(signatureFlaw(postVanilla, at), null)
  const wrong = [
    signatureFlaw({ ...postVanilla, body: Buffer.from('x') }, at),
    signatureFlaw({ ...postVanilla, path: '/other' }, at),
    signatureFlaw({ ...postVanilla, method: 'GET' }, at),
    signatureFlaw({ ...postVanilla, headers: { ...postVanilla.headers, host: 'elsewhere' } }, at),
    signatureFlaw({ ...postVanilla, headers: { ...postVanilla.headers, 'x-amz-target': 'unsigned' } }, at),
    signatureFlaw(postVanilla, { ...at, secretAccessKey: 'another' }),
    signatureFlaw(postVanilla, { ...at, scope: 'us-east-1/kms' }),
    signatureFlaw(postVanilla, { ...at, nowMs: at.nowMs + 900_000 }),
  ]
  assert.ok(
    wrong.every((flaw) => flaw === 'InvalidSignatureException'),
    wrong.join(),
  )
  assert.equal(signatureFlaw(postVanilla, { ...at, accessKeyId: 'X' }), 'UnrecognizedClientException')
})

/** Opens it as the program does at its start. */
const start = (root: Parameters<typeof openRoot>[0]) =>
  openRoot(root, { ...surroundings([]), data: '/nowhere' })

test('a key service that cannot be used keeps the program from starting, and the message says why and no secret', async (t) => {
  const vault = await openVault({ token: TOKEN, key: 'house' })
  const setting = kmsSetting('')
  const kms = await openKms({ ...setting, secretAccessKey: SECRET, sessionToken: null })
  const closed = await openVault({ token: TOKEN, key: 'house' })
  t.after(async () => Promise.all([vault.close(), kms.close()]))
  await closed.close()
  const atVault = (more: Partial<VaultSetting>, url = vault.url) => ({
    provider: 'vault-transit' as const,
    vault: vaultSetting(url, more),
  })
  const atKms = (more: Partial<KmsSetting>) => ({
    provider: 'aws-kms' as const,
    aws: kmsSetting(kms.url, more),
  })
  const cases: readonly (readonly [Parameters<typeof openRoot>[0], RegExp])[] = [
    [atVault({ token: new Secret('hvs.wrong') }), /403 permission denied\. See whether the token/],
    [atVault({ key: 'other' }), /400 encryption key not found/],
    [atVault({}, closed.url), /cannot be reached .*\(ECONNREFUSED\)/],
    [atKms({ secretAccessKey: new Secret('wrong') }), /400 InvalidSignatureException/],
    [atKms({ accessKeyId: 'OTHER' }), /400 UnrecognizedClientException/],
    [atKms({ key: 'other' }), /400 NotFoundException/],
    [atKms({ region: 'us-east-1' }), /400 InvalidSignatureException/],
  ]
  for (const [root, words] of cases) {
    await assert.rejects(start(root), (error) => {
      assert.ok(error instanceof Fault)
      assert.equal(error.code, 'cannot_start')
      assert.match(error.message, words)
      for (const secret of [TOKEN, 'hvs.wrong', SECRET]) assert.ok(!error.message.includes(secret))
      return true
    })
  }
  const good = await start(atVault({}))
  assert.equal(good?.keyId, 'vault-transit:transit/house')
  await good?.close()
  const kmsGood = await start(atKms({}))
  assert.match(kmsGood?.keyId ?? '', /^aws-kms:1234abcd/)
  await kmsGood?.close()
})

test('over TLS a key service is taken by its own authority only', { skip: cannotIssue }, async (t) => {
  const registry = openRegistry()
  const authority = registry.authority('house')
  const stranger = registry.authority('stranger')
  const tls = authority.issue({ names: 'IP:127.0.0.1' })
  const vault = await openVault({ token: TOKEN, key: 'house', namespace: 'team', mount: 'eu/transit', tls })
  t.after(async () => {
    await vault.close()
    registry.close()
  })
  const at = (ca: string | null) => ({
    provider: 'vault-transit' as const,
    vault: vaultSetting(vault.url, { ca, namespace: 'team', mount: 'eu/transit' }),
  })
  await assert.rejects(start(at(null)), /cannot be reached/)
  await assert.rejects(start(at(stranger.cert)), /cannot be reached/)
  const provider = await start(at(authority.cert))
  assert.ok(provider)
  t.after(() => provider.close())
  assert.equal(provider.keyId, 'vault-transit:team/eu/transit/house')
  await wrapsForOnePlaceOnly(provider)
})

test('without the package pkcs11js the program says where it is to be named', async () => {
  const pkcs11 = { module: '/nowhere.so', token: 'x', key: 'x', pin: new Secret('1'), binding: '/nowhere' }
  await assert.rejects(start({ provider: 'pkcs11', pkcs11 }), /keys\.pkcs11\.binding/)
})

const token = pkcs11Ground()

test(
  'a token wraps for one place only, and a wrong PIN, token or key keeps the program from starting',
  { skip: 'why' in token ? token.why : false },
  async (t) => {
    if ('why' in token) return
    t.after(() => token.close())
    const at = (more: object) => ({ provider: 'pkcs11' as const, pkcs11: { ...token.setting, ...more } })
    const provider = await start(at({}))
    assert.ok(provider)
    t.after(() => provider.close())
    assert.equal(provider.keyId, 'pkcs11:house/root')
    await wrapsForOnePlaceOnly(provider)
    await assert.rejects(start(at({ token: 'other' })), /no token with the label other/)
    await assert.rejects(start(at({ key: 'other' })), /no AES key with the label other/)
    await provider.close()
    await assert.rejects(start(at({ key: 'other' })), /no AES key/)
    await assert.rejects(start(at({ pin: new Secret('0000') })), /CKR_PIN_INCORRECT/)
    assert.equal((await provider.unwrap(PARTS, await provider.wrap(PARTS, Buffer.alloc(32)))).length, 32)
  },
)
