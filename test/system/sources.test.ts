import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { asSuperuser } from './cluster.ts'
import type { SourceHouse } from './source-house.ts'
import { openSourceHouse } from './source-house.ts'

let house: SourceHouse
let papers: string

before(async () => {
  papers = await mkdtemp(join(tmpdir(), 'fh-papers-'))
  house = await openSourceHouse({ folders: [papers] })
})
after(async () => {
  await house.close()
  await rm(papers, { recursive: true, force: true })
})

test('a folder comes in, follows its files, and what is deleted there is gone here', async () => {
  const root = join(papers, 'one')
  await mkdir(join(root, 'deep'), { recursive: true })
  await writeFile(join(root, 'first.md'), '# Quokkas\n\nThe quokka sleeps in the banksia.\n')
  await writeFile(join(root, 'deep', 'second.txt'), 'The wombat digs at night.\n')
  await writeFile(join(root, '.hidden.txt'), 'Nobody reads this.\n')
  await symlink('/etc/hostname', join(root, 'link.txt'))
  const source = await house.add({ kind: 'folder', path: root })
  const first = await house.settled(source.id)
  assert.deepEqual([first.items, first.progress.added, first.progress.seen], [2, 2, 2])
  assert.deepEqual(await house.titles(source), ['Quokkas', 'second'])

  await writeFile(join(root, 'deep', 'second.txt'), 'The wombat sings at night.\n')
  await writeFile(join(root, 'third.txt'), 'The numbat eats termites.\n')
  await unlink(join(root, 'first.md'))
  const second = await house.synced(source.id)
  const { added, changed, unchanged, removed } = second.progress
  assert.deepEqual({ added, changed, unchanged, removed }, { added: 1, changed: 1, unchanged: 0, removed: 1 })
  assert.match(await house.found(source, 'What does the wombat do at night?'), /sings at night/)
  assert.deepEqual(await house.titles(source), ['second', 'third'])

  const third = await house.synced(source.id)
  assert.equal(third.progress.unchanged, 2)
})

test('what cannot be read says why, and stays as it was until it can', async () => {
  const root = join(papers, 'trouble')
  await mkdir(root)
  await writeFile(join(root, 'good.txt'), 'The dingo howls.\n')
  await writeFile(join(root, 'broken.pdf'), 'no PDF at all')
  await writeFile(join(root, 'huge.txt'), Buffer.alloc(51 * 1024 * 1024, 'a'))
  const source = await house.add({ kind: 'folder', path: root })
  const first = await house.settled(source.id)
  assert.deepEqual([first.items, first.failed, first.error], [1, 2, null])
  const failed = await house.items(source.id, '&outcome=failed')
  assert.deepEqual(
    new Map(failed.map(({ item, error }) => [item, error?.code])),
    new Map([
      ['broken.pdf', 'unreadable_document'],
      ['huge.txt', 'too_large'],
    ]),
  )
  await writeFile(join(root, 'good.txt'), '')
  const second = await house.synced(source.id)
  assert.deepEqual([second.progress.failed, second.progress.removed], [3, 0])
  assert.deepEqual(await house.titles(source), ['good'])
  assert.match(await house.found(source, 'dingo'), /howls/)
})

test('nothing outside the directories of the operator is read, and a folder that is away removes nothing', async () => {
  const root = join(papers, 'away')
  await mkdir(root)
  await writeFile(join(root, 'a.txt'), 'The emu runs.\n')
  await symlink('/etc', join(papers, 'escape'))
  for (const path of ['/etc', join(papers, 'escape'), join(papers, '..'), `${papers}x`]) {
    const { id } = await house.add({ kind: 'folder', path })
    assert.equal((await house.settled(id)).error?.code, 'not_allowed', path)
  }
  const source = await house.add({ kind: 'folder', path: root })
  await house.settled(source.id)
  await rm(root, { recursive: true })
  const away = await house.synced(source.id)
  assert.deepEqual([away.error?.code, away.items], ['not_found', 1])
  assert.deepEqual(await house.titles(source), ['a'])
})

test('addresses of private networks, and plain http, are refused where the operator named no host', async () => {
  const urls = [
    'https://127.0.0.1:9/x',
    'https://10.0.0.1/x',
    'https://169.254.169.254/latest',
    'https://[::1]/x',
    'https://localhost/x',
    'http://example.org/x',
  ]
  for (const url of urls) {
    const { id } = await house.add({ kind: 'rest', url, map: { id: '/id', text: '/text' } })
    const { error } = await house.settled(id)
    assert.ok(error?.code === 'not_allowed' || error?.code === 'upstream_down', `${url}: ${error?.code}`)
    if (!url.includes('localhost')) assert.equal(error.code, 'not_allowed', url)
  }
})

test('a secret is never shown, stays for its place, and does not follow the source elsewhere', async () => {
  const from = { kind: 'webdav', url: 'https://dav.example.org/a/', user: 'u' }
  const source = await house.add({ ...from, secret: 'Geheimnis-1' })
  const change = (body: object) => house.speaker.api('PATCH', `/api/sources/${source.id}`, body)
  assert.ok(!JSON.stringify(source).includes('Geheimnis'))
  assert.equal(source.hasSecret, true)
  assert.equal((await change({ from: { ...from, url: 'https://dav.example.org/b/' } })).status, 200)
  assert.equal((await house.get(source.id)).hasSecret, true)
  const elsewhere = await change({ from: { ...from, url: 'https://evil.example.net/' } })
  assert.deepEqual([elsewhere.status, elsewhere.body.error.param], [400, 'from.secret'])
  const { body } = await house.speaker.api('GET', '/api/sources?limit=200')
  assert.ok(!JSON.stringify(body).includes('Geheimnis'))
})

test('a source that is paused rests, and one that is deleted takes its documents along or leaves them', async () => {
  const root = join(papers, 'leaving')
  await mkdir(root)
  await writeFile(join(root, 'a.txt'), 'The bandicoot forages.\n')
  const source = await house.add({ kind: 'folder', path: root }, { everyMinutes: 1 })
  await house.settled(source.id)
  const paused = await house.house.cli('source', 'pause', source.id, '--json')
  assert.equal((JSON.parse(paused.stdout) as { state: string }).state, 'paused')
  assert.equal((await house.speaker.api('POST', `/api/sources/${source.id}/sync`)).status, 409)
  const kept = await house.house.cli('source', 'remove', source.id, '--keep-documents')
  assert.equal(kept.status, 0, kept.stderr)
  assert.deepEqual(await house.titles(source), ['a'])

  const other = await house.add({ kind: 'folder', path: root })
  await house.settled(other.id)
  assert.equal((await house.speaker.api('DELETE', `/api/sources/${other.id}`)).status, 204)
  while ((await house.speaker.api('GET', `/api/sources/${other.id}`)).status !== 404) await house.tick()
  assert.deepEqual(await house.titles(other), [])
})

test('a source stops with whoever it acts for, and goes on with whoever takes it over', async () => {
  const root = join(papers, 'orphan')
  await mkdir(root)
  await writeFile(join(root, 'a.txt'), 'The koala sleeps.\n')
  const { id: keyId, key } = await house.key('--scope', '*')
  const collection = await house.speaker.collection('Orphans')
  const body = { name: 'Orphan', collection, from: { kind: 'folder', path: root }, everyMinutes: null }
  const made = await house.as(key).api<{ id: string; actsAs: string }>('POST', '/api/sources', body)
  assert.equal(made.body.actsAs, keyId)
  await house.settled(made.body.id)
  await house.speaker.api('DELETE', `/api/keys/${keyId}`)
  const stopped = await house.synced(made.body.id)
  assert.equal(stopped.error?.code, 'not_allowed')
  await house.speaker.api('PATCH', `/api/sources/${made.body.id}`, { everyMinutes: 60 })
  assert.equal((await house.until(made.body.id, ({ error }) => error === null)).items, 1)
})

test('a server that is killed in the middle of a run goes on with it, and nothing is lost or there twice', async () => {
  const root = join(papers, 'many')
  await mkdir(root)
  const names = Array.from({ length: 120 }, (_, n) => `n${String(n).padStart(3, '0')}`)
  await Promise.all(
    names.map((name) => writeFile(join(root, `${name}.md`), `# ${name}\n\nAn entry of the ledger.\n`)),
  )
  const source = await house.add({ kind: 'folder', path: root })
  await house.until(source.id, ({ progress }) => progress.added > 0)
  await house.killAndStart()
  const after = await house.until(
    source.id,
    ({ state, succeededAt }) => state === 'waiting' && succeededAt !== null,
  )
  assert.equal(after.items, names.length)
  assert.deepEqual(await house.titles(source), names)
})

test('what a run had brought when it was cut short, and not yet written down, goes when it is gone there', async () => {
  const root = join(papers, 'cut')
  await mkdir(root)
  await writeFile(join(root, 'a.txt'), 'The galah screeches.\n')
  await writeFile(join(root, 'b.md'), '# Bilbies\n\nThe bilby burrows.\n')
  const source = await house.add({ kind: 'folder', path: root })
  await house.settled(source.id)
  const mine = await house.speaker.addFile(
    source.collectionId,
    'mine.md',
    Buffer.from('# Mine\n\nBy hand.\n'),
  )
  assert.equal(mine.status, 201)
  await asSuperuser(house.house.data, async (client) => {
    await client.query('DELETE FROM source_item WHERE source_id = $1', [source.id])
    await client.query('UPDATE source SET started_at = clock_timestamp(), finished_at = NULL WHERE id = $1', [
      source.id,
    ])
  })
  await unlink(join(root, 'b.md'))
  await house.synced(source.id)
  assert.deepEqual(await house.titles(source), ['Mine', 'a'])
})
