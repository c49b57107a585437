import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { SourceView } from '@freehold/contract/sources.ts'
import { Document, Packer, Paragraph } from 'docx'
import { pdf } from './pdf.ts'
import { ACCESS_KEY, REGION, SECRET_KEY, settingOf, startObjectServer, withoutS3 } from './s3-house.ts'
import type { SourceHouse } from './source-house.ts'
import { openSourceHouse } from './source-house.ts'
import { CREDENTIALS, serveGit, serveHttp, serveImap, serveWebdav } from './source-servers.ts'
import { bucketClient } from './source-bucket.ts'
import { zipFile } from './zip-file.ts'

let house: SourceHouse
let place: string

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'fh-kinds-'))
  house = await openSourceHouse({ privateHosts: ['127.0.0.1'] })
})
after(async () => {
  await house.close()
  await rm(place, { recursive: true, force: true })
})

const docx = (text: string): Promise<Buffer> =>
  Packer.toBuffer(new Document({ sections: [{ children: [new Paragraph(text)] }] }))

const did = ({ progress: { added, changed, removed, failed } }: SourceView): readonly number[] => [
  added,
  changed,
  removed,
  failed,
]

test('a REST interface is read page by page as its YAML says, and later only what changed', async (t) => {
  const articles = ['alpha', 'beta', 'gamma'].map((name, at) => ({
    key: at + 1,
    name,
    body: `Of ${name} the handbook says much.`,
    at: `2026-01-0${at + 1}T00:00:00Z`,
    gone: false,
  }))
  const server = await serveHttp((request, response) => {
    const url = new URL(request.url ?? '', 'http://h')
    if (request.headers['x-token'] !== 'Key s3cret') {
      response.writeHead(401).end()
      return
    }
    const since = url.searchParams.get('since') ?? ''
    const page = Number(url.searchParams.get('cursor') ?? 0)
    const all = articles.filter(({ at }) => at > since)
    const next = page + 2 < all.length ? String(page + 2) : null
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ data: { list: all.slice(page, page + 2) }, next }))
  })
  t.after(() => server.close())
  const file = join(place, 'rest.yaml')
  await writeFile(
    file,
    `kind: rest
url: ${server.url}/articles
auth: { header: x-token, prefix: "Key " }
secret: s3cret
items: /data/list
map: { id: /key, title: /name, text: /body, version: /at, deleted: /gone }
paging: { by: cursor, at: /next, parameter: cursor }
since: { parameter: since, at: /at }
`,
  )
  const collection = await house.speaker.collection('Handbook')
  const made = await house.house.cli(
    'source',
    'add',
    'Handbook',
    '--collection',
    collection,
    '--file',
    file,
    '--every',
    'never',
    '--json',
  )
  assert.equal(made.status, 0, made.stderr)
  const source = JSON.parse(made.stdout) as SourceView
  assert.ok(!made.stdout.includes('s3cret'))
  assert.deepEqual(did(await house.settled(source.id)), [3, 0, 0, 0])
  assert.deepEqual(await house.titles(source), ['alpha', 'beta', 'gamma'])

  Object.assign(articles[1] ?? {}, { body: 'Beta was written anew.', at: '2026-02-01T00:00:00Z' })
  Object.assign(articles[2] ?? {}, { gone: true, at: '2026-02-02T00:00:00Z' })
  await house.speaker.api('PATCH', `/api/sources/${source.id}`, { everyMinutes: 1 })
  const later = await house.until(source.id, ({ progress }) => progress.changed === 1)
  await house.speaker.api('PATCH', `/api/sources/${source.id}`, { everyMinutes: null })
  assert.equal(later.kind, 'rest')
  assert.ok(server.asked.some((one) => one.includes('since=2026-01-03')))
  assert.match(await house.found(source, 'beta'), /written anew/)
  assert.deepEqual(await house.titles(source), ['alpha', 'beta'])
})

test('who may read a document is taken from its source, also when nothing else changed', async (t) => {
  const entries: { id: string; text: string; who?: unknown }[] = [
    { id: 'plan', text: 'The harvest plan is secret.', who: ['Sales'] },
    { id: 'menu', text: 'The menu is for everybody.', who: ['*'] },
    { id: 'forgotten', text: 'Nobody said who reads this.' },
  ]
  const server = await serveHttp((_, response) => void response.end(JSON.stringify(entries)))
  t.after(() => server.close())
  const group = await house.house.cli('group', 'create', 'Sales', '--json')
  assert.equal(group.status, 0, group.stderr)
  const map = { id: '/id', text: '/text', acl: '/who' }
  const source = await house.add({ kind: 'rest', url: server.url, map })
  assert.deepEqual(did(await house.settled(source.id)), [3, 0, 0, 0])
  assert.deepEqual(await house.titles(source), ['menu'])
  assert.deepEqual(
    (await house.items(source.id)).flatMap(({ title }) => title ?? []),
    ['menu'],
  )

  Object.assign(entries[0] ?? {}, { who: ['*'] })
  assert.deepEqual(did(await house.synced(source.id)), [0, 1, 0, 0])
  assert.deepEqual(await house.titles(source), ['menu', 'plan'])

  // A list that cannot be taken shuts the document; so does one that it is taken off.
  Object.assign(entries[0] ?? {}, { who: ['No such group'] })
  Object.assign(entries[1] ?? {}, { who: ['Sales'] })
  const shut = await house.synced(source.id)
  assert.deepEqual(did(shut), [0, 1, 0, 1])
  assert.deepEqual(await house.titles(source), [])

  Object.assign(entries[0] ?? {}, { who: ['*'] })
  entries.splice(1)
  assert.deepEqual(did(await house.synced(source.id)), [0, 1, 2, 0])
  assert.deepEqual(await house.titles(source), ['plan'])
})

test('a repository comes in at its newest commit, over real HTTP, and only its files', async (t) => {
  const repository = join(place, 'git', 'manual.git')
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', repository, '-c', 'user.name=T', '-c', 'user.email=t@example.org', ...words], {
      encoding: 'utf8',
    })
  await mkdir(join(repository, 'docs'), { recursive: true })
  git('init', '-q', '-b', 'main')
  await writeFile(join(repository, 'docs', 'one.md'), `# Install\n\n${'Turn the key twice. '.repeat(200)}\n`)
  await writeFile(join(repository, 'docs', 'two.txt'), 'The door opens inwards.\n')
  await writeFile(join(repository, 'readme.txt'), 'Outside of what is read.\n')
  git('add', '.')
  git('commit', '-q', '-m', 'one')
  const server = await serveGit(join(place, 'git'))
  t.after(() => server.close())
  const source = await house.add({
    kind: 'git',
    url: `${server.url}/manual.git`,
    path: 'docs',
    ...CREDENTIALS,
  })
  assert.deepEqual(did(await house.settled(source.id)), [2, 0, 0, 0])
  assert.deepEqual(await house.titles(source), ['Install', 'two'])

  await writeFile(join(repository, 'docs', 'one.md'), `# Install\n\n${'Turn the key thrice. '.repeat(200)}\n`)
  git('rm', '-q', 'docs/two.txt')
  git('commit', '-q', '-a', '-m', 'two')
  // Objects as deltas, in one pack.
  git('gc', '-q', '--aggressive')
  assert.deepEqual(did(await house.synced(source.id)), [0, 1, 1, 0])
  assert.match(await house.found(source, 'How often is the key turned?'), /thrice/)

  const wrong = await house.add({ kind: 'git', url: `${server.url}/manual.git`, user: 'x', secret: 'y' })
  assert.equal((await house.settled(wrong.id)).error?.code, 'upstream_refused')
})

test('a WebDAV folder comes in with its folders, and follows', async (t) => {
  const root = join(place, 'dav')
  await mkdir(join(root, 'a & b'), { recursive: true })
  await writeFile(join(root, 'plan.txt'), 'The plan is to plant trees.\n')
  await writeFile(join(root, 'a & b', '计划.txt'), 'Zweiter Plan: Bäume.\n')
  const server = await serveWebdav(root)
  t.after(() => server.close())
  const source = await house.add({ kind: 'webdav', url: `${server.url}/dav`, ...CREDENTIALS })
  assert.deepEqual(did(await house.settled(source.id)), [2, 0, 0, 0])
  assert.deepEqual((await house.items(source.id)).map(({ item }) => item ?? '').toSorted(), [
    'a & b/计划.txt',
    'plan.txt',
  ])
  await writeFile(join(root, 'plan.txt'), 'The plan is to plant hedges.\n')
  await unlink(join(root, 'a & b', '计划.txt'))
  assert.deepEqual(did(await house.synced(source.id)), [0, 1, 1, 0])
  const gets = server.asked.filter((one) => one.startsWith('GET')).length
  assert.deepEqual(did(await house.synced(source.id)), [0, 0, 0, 0])
  assert.equal(
    server.asked.filter((one) => one.startsWith('GET')).length,
    gets,
    'what is the same is not read',
  )
})

test('a website is read within its hosts, its depth and its robots.txt', async (t) => {
  const pages: Record<string, string> = {
    '/': '<title>Start</title><p>Welcome to the aviary.</p><a href="/owls#top">o</a><a href="secret/x">s</a><a href="http://localhost:1/">e</a>',
    '/owls': '<title>Owls</title><p>Owls hunt at night.</p><a href="/deep">d</a><a href="/moved">m</a>',
    '/deep': '<title>Deep</title><p>Too far away.</p>',
    '/moved-to': '<title>Moved</title><p>Storks moved south.</p>',
    '/secret/x': '<title>Secret</title><p>Robots stay out.</p>',
  }
  const server = await serveHttp((request, response) => {
    const path = request.url ?? ''
    const page = pages[path]
    if (path === '/robots.txt') response.end('User-agent: *\nDisallow: /secret/\n')
    else if (path === '/moved') response.writeHead(302, { location: '/moved-to' }).end()
    else {
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(page)
    }
  })
  t.after(() => server.close())
  const from = { kind: 'web', start: [`${server.url}/`], depth: 1, pauseMs: 0 }
  const source = await house.add(from)
  assert.deepEqual(did(await house.settled(source.id)), [2, 0, 0, 0])
  assert.deepEqual(await house.titles(source), ['Owls', 'Start'])
  assert.ok(!server.asked.some((one) => one.includes('secret')))

  delete pages['/deep']
  await house.speaker.api('PATCH', `/api/sources/${source.id}`, { from: { ...from, depth: 2 } })
  await house.until(source.id, ({ progress, state }) => progress.added === 1 && state === 'waiting')
  assert.deepEqual(await house.titles(source), ['Moved', 'Owls', 'Start'])
  pages['/'] = '<title>Start</title><p>The aviary is closed.</p>'
  assert.deepEqual(did(await house.synced(source.id)), [0, 1, 2, 0])
})

test('a mailbox is read without a trace in it, and a wrong password says so', async (t) => {
  const letter = (subject: string, text: string): string =>
    `From: ada@example.org\r\nTo: team@example.org\r\nSubject: ${subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`
  const messages = new Map([
    [3, letter('Greenhouse', 'The greenhouse is watered on Mondays.')],
    [5, letter('Shed', 'The shed is locked at six.')],
  ])
  const server = await serveImap(messages)
  t.after(() => server.close())
  const from = { kind: 'imap', host: '127.0.0.1', port: Number(server.host.split(':')[1]), tls: false }
  const source = await house.add({ ...from, ...CREDENTIALS })
  const first = await house.settled(source.id)
  assert.equal(first.error, null)
  assert.deepEqual([first.progress.seen, first.items, first.failed], [2, 2, 0])
  assert.deepEqual(
    (await house.items(source.id))
      .map(({ item }) => item ?? '')
      .toSorted((one, other) => one.localeCompare(other)),
    ['7/3', '7/5'],
  )
  assert.ok(server.asked.every((one) => !/^(?:SELECT|STORE)|BODY\[/.test(one)))
  messages.delete(5)
  assert.equal((await house.synced(source.id)).progress.removed, 1)

  const wrong = await house.add({ ...from, user: 'reader', secret: 'wrong' })
  const refused = await house.settled(wrong.id)
  assert.equal(refused.error?.code, 'upstream_refused')
  assert.match(refused.error?.message ?? '', /AUTHENTICATIONFAILED/)
})

test('a bucket comes in below its prefix, whatever its keys are called', { skip: withoutS3 }, async (t) => {
  const server = await startObjectServer()
  t.after(() => server.stop())
  await server.makeBucket('papers')
  const bucket = bucketClient(settingOf(server.endpoint), 'papers')
  t.after(() => bucket.close())
  await bucket.put('team/one & two.txt', 'The first paper is about moss.')
  await bucket.put('team/über (3).txt', 'The third paper is about ferns.')
  await bucket.put('other/four.txt', 'Nobody asked for it.')
  const source = await house.add({
    kind: 's3',
    endpoint: server.endpoint,
    region: REGION,
    bucket: 'papers',
    prefix: 'team/',
    accessKeyId: ACCESS_KEY,
    secret: SECRET_KEY,
  })
  assert.deepEqual(did(await house.settled(source.id)), [2, 0, 0, 0])
  assert.deepEqual(await house.titles(source), ['one & two', 'über (3)'])
  await bucket.put('team/one & two.txt', 'The first paper is about lichen.')
  await bucket.remove('team/über (3).txt')
  assert.deepEqual(did(await house.synced(source.id)), [0, 1, 1, 0])
  assert.match(await house.found(source, 'What is the first paper about?'), /lichen/)
})

test('what is attached to a letter comes in as its own document, and goes with the letter', async (t) => {
  const words = await docx('The boiler is bled every second Friday.')
  const leaflet = pdf(['The valve closes clockwise.'])
  const attached = (name: string, bytes: Uint8Array): string =>
    `--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(bytes).toString('base64')}\r\n`
  const letter = (...parts: readonly string[]): string =>
    `From: =?utf-8?B?QWRh?= <ada@example.org>\r\nTo: team@example.org\r\nSubject: Boiler room\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n` +
    `--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Please read what is <b>attached</b>, gr=C3=BC=C3=9Fe.</p>\r\n${parts.join('')}--b--\r\n`
  const messages = new Map([
    [
      3,
      letter(
        attached('manual.docx', words),
        attached('leaflet.pdf', leaflet),
        attached('broken.docx', Buffer.from('PK\u0003\u0004 and nothing else')),
        attached('program.exe', Buffer.from('MZ')),
      ),
    ],
    [4, letter(attached('tool.exe', Buffer.from('MZ')))],
  ])
  const server = await serveImap(messages)
  t.after(() => server.close())
  const from = { kind: 'imap', host: '127.0.0.1', port: Number(server.host.split(':')[1]), tls: false }
  const source = await house.add({ ...from, ...CREDENTIALS })
  // A program that comes with a letter is no trouble; a document that cannot be read is.
  assert.deepEqual(did(await house.settled(source.id)), [1, 0, 0, 1])
  assert.deepEqual(await house.titles(source), ['Boiler room', 'Boiler room', 'leaflet', 'manual'])
  assert.match(await house.found(source, 'When is the boiler bled?'), /second Friday/)
  assert.match(await house.found(source, 'How does the valve close?'), /clockwise/)
  const [one, other] = (await house.items(source.id)).toSorted((a, b) =>
    (a.item ?? '').localeCompare(b.item ?? ''),
  )
  assert.deepEqual(
    [one?.outcome, one?.error?.code, one?.documents.length],
    ['failed', 'unreadable_document', 3],
  )
  assert.match(one?.error?.message ?? '', /^broken\.docx: /)
  assert.deepEqual(
    one?.inside.map(({ name, error }) => [name, error.code]),
    [
      ['broken.docx', 'unreadable_document'],
      ['program.exe', 'wrong_media_type'],
    ],
  )
  assert.deepEqual([other?.outcome, other?.inside[0]?.name, other?.documents.length], ['kept', 'tool.exe', 1])
  // The text of a letter is that of a letter that is added by hand.
  const { text } = await house.text(one?.documentId ?? '')
  const upload = await house.speaker.collection('By hand')
  const byHand = await house.speaker.addFile(upload, 'a.eml', Buffer.from(messages.get(3) ?? ''))
  assert.equal(text, (await house.text(byHand.body.documents[0]?.id ?? '')).text)
  assert.match(text, /^Boiler room\n\nFrom: Ada <ada@example\.org>/)
  assert.match(text, /Please read what is attached, grüße\./)

  // Who may read the letter may read what came with it, and nobody else.
  const acl = (users: readonly string[]) => ({ acl: { users, groups: [], services: [], self: false } })
  assert.equal((await house.changed(source.id, acl([]))).progress.changed, 2)
  assert.deepEqual(await house.titles(source), [])
  assert.equal((await house.changed(source.id, { acl: null })).progress.changed, 2)
  assert.equal((await house.titles(source)).length, 4)
  messages.delete(3)
  assert.equal((await house.synced(source.id)).progress.removed, 1)
  assert.deepEqual(await house.titles(source), ['Boiler room'])
})

test('an archive in a WebDAV folder is the documents in it, which come, change and go with it', async (t) => {
  const root = join(place, 'dav-zip')
  await mkdir(root, { recursive: true })
  const archive = (files: Readonly<Record<string, string>>): Promise<void> =>
    writeFile(
      join(root, 'papers.zip'),
      zipFile(Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) }))),
    )
  await archive({
    'a/one.md': '# Locks\n\nThe lock is oiled in March.\n',
    'two.txt': 'The hinge squeaks.\n',
    'mail.eml': 'From: a@example.org\r\nSubject: Keys\r\n\r\nThe keys hang in the hall.\r\n',
    'three.pdf': 'no PDF at all',
  })
  const server = await serveWebdav(root)
  t.after(() => server.close())
  const source = await house.add({ kind: 'webdav', url: `${server.url}/dav`, ...CREDENTIALS })
  assert.deepEqual(did(await house.settled(source.id)), [0, 0, 0, 1])
  assert.deepEqual(await house.titles(source), ['Keys', 'Locks', 'two'])
  const gets = (): number => server.asked.filter((one) => one.startsWith('GET')).length
  const before = gets()
  assert.deepEqual(did(await house.synced(source.id)), [0, 0, 0, 1])
  assert.equal(gets(), before + 1, 'whoever asks for a run wants what failed tried again')

  await archive({
    'a/one.md': '# Locks\n\nThe lock is oiled in April.\n',
    'four.txt': 'The gate is painted green.\n',
    'two.txt': '',
  })
  // What cannot be read any more stays as it was; what is not in it any more is gone.
  assert.deepEqual(did(await house.synced(source.id)), [0, 0, 0, 1])
  assert.deepEqual(await house.titles(source), ['Locks', 'four', 'two'])
  assert.match(await house.found(source, 'When is the lock oiled?'), /April/)
  assert.match((await house.items(source.id))[0]?.error?.message ?? '', /^two\.txt: /)
  const listed = await house.house.cli('source', 'items', source.id, '--failed')
  assert.match(listed.stdout, /left out +two\.txt/)

  await archive({ 'a/one.md': '# Locks\n\nThe lock is oiled in April.\n', 'four.txt': 'The gate is red.\n' })
  assert.deepEqual(did(await house.synced(source.id)), [0, 1, 0, 0])
  assert.deepEqual(await house.titles(source), ['Locks', 'four'])
  await unlink(join(root, 'papers.zip'))
  assert.deepEqual(did(await house.synced(source.id)), [0, 0, 1, 0])
  assert.deepEqual(await house.titles(source), [])
})

test('a website is not followed to other hosts, nor where robots.txt cannot be had', async (t) => {
  const other = await serveHttp((_, response) => void response.end('<p>Somebody else.</p>'))
  t.after(() => other.close())
  const elsewhere = other.url.replace('127.0.0.1', 'localhost')
  let robots: 'open' | 'away' | 'elsewhere' = 'open'
  const server = await serveHttp((request, response) => {
    const { url = '' } = request
    const says = (body: string | Buffer, type = 'text/html'): void =>
      void response.writeHead(200, { 'content-type': type }).end(body)
    if (url === '/robots.txt') {
      if (robots === 'away') response.writeHead(503).end()
      else if (robots === 'elsewhere') response.writeHead(301, { location: `${elsewhere}/robots.txt` }).end()
      else
        says('User-agent: *\nDisallow: /\n\nUser-agent: freehold\nDisallow: /private\nAllow: /private/open\n')
    } else if (url === '/') {
      const links = ['/leads-away', '/private/x', '/private/open', '/hidden', '/plan.zip', '/loop']
      says(
        `<title>Gate</title><p>The gate stands open.</p>${links.map((href) => `<a href="${href}">x</a>`).join('')}<a href="${elsewhere}/page">y</a>`,
      )
    } else if (url === '/leads-away') response.writeHead(302, { location: `${elsewhere}/page` }).end()
    else if (url === '/loop') response.writeHead(302, { location: '/loop' }).end()
    else if (url === '/hidden') says('<meta name="robots" content="noindex"><p>Not for lists.</p>')
    else if (url === '/plan.zip')
      says(zipFile([{ name: 'plan.txt', bytes: Buffer.from('The plan is a hedge.') }]), 'application/zip')
    else says(`<title>${url}</title><p>Of ${url}.</p>`)
  })
  t.after(() => server.close())
  const source = await house.add({ kind: 'web', start: [`${server.url}/`], depth: 2, pauseMs: 0 })
  assert.deepEqual(did(await house.settled(source.id)), [3, 0, 0, 0])
  assert.deepEqual(await house.titles(source), ['/private/open', 'Gate', 'plan'])
  assert.ok(!server.asked.includes('GET /private/x'))
  assert.deepEqual(other.asked, [])
  // Nothing is removed because it could not be asked.
  robots = 'away'
  assert.equal((await house.synced(source.id)).error?.code, 'upstream_down')
  assert.equal((await house.titles(source)).length, 3)
  robots = 'elsewhere'
  const another = await house.add({ kind: 'web', start: [`${server.url}/`], pauseMs: 0 })
  assert.deepEqual(did(await house.settled(another.id)), [0, 0, 0, 0])
  assert.deepEqual(other.asked, [])
})
