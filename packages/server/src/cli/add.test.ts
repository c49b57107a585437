import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, nameOf } from './add.ts'
import type { Client } from './client.ts'
import { UsageError } from './terminal.ts'

const COLLECTION = {
  id: '00000000-0000-4000-8000-000000000000',
  name: 'Documents',
  documents: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
}

/** Runs `freehold add` in a folder with these files; the names that a server was sent. */
async function added(files: readonly string[], ...args: readonly string[]): Promise<readonly string[]> {
  const cwd = await mkdtemp(join(tmpdir(), 'fh-add-'))
  const sent: string[] = []
  const client: Partial<Client> = {
    call: async () => ({ data: [COLLECTION], next: null }),
    async upload(_, { bytes }) {
      sent.push(/name="id"\r\n\r\n(.*)\r\n/.exec(bytes.toString('utf8'))?.[1] ?? '')
      return { documents: [] }
    },
  }
  const silent = (): void => {}
  try {
    for (const file of files) {
      await mkdir(join(cwd, file, '..'), { recursive: true })
      await writeFile(join(cwd, file), 'The lamp burns.')
    }
    await add.run(args, {
      env: {},
      cwd,
      data: cwd,
      out: silent,
      err: silent,
      progress: silent,
      interactive: false,
      signal: new AbortController().signal,
      // `add` lists collections and uploads; nothing else of a client is reached.
      client: client as Client,
    })
    return sent
  } finally {
    await rm(cwd, { recursive: true, force: true })
  }
}

test('files of the same name in different folders are different documents', async () => {
  const files = ['d1/readme.md', 'd2/readme.md']
  assert.deepEqual(await added(files, ...files), files)
  assert.deepEqual(await added(files, 'd1', './d2/'), files)
  assert.deepEqual(await added(files, '.'), files)
})

test('a file has the same name whether it comes alone or with its folder', async () => {
  const files = ['docs/deep/a.md', 'docs/b.txt', 'docs/c.bin']
  assert.deepEqual(await added(files, 'docs'), ['docs/b.txt', 'docs/deep/a.md'])
  assert.deepEqual(await added(files, './docs/../docs/deep/a.md'), ['docs/deep/a.md'])
})

test('a file that is named twice is refused before anything is sent', async () => {
  for (const args of [
    ['a.md', './a.md'],
    ['.', 'a.md'],
  ])
    await assert.rejects(
      added(['a.md'], ...args),
      (error) => error instanceof UsageError && /a\.md is named twice/.test(error.message),
    )
})

test('what lies outside the working directory keeps its whole path', () => {
  assert.equal(nameOf('/srv/notes/a.md', '/srv/work'), '/srv/notes/a.md')
  assert.equal(nameOf('/srv/notes/a.md', '/srv/notes/deep'), '/srv/notes/a.md')
  assert.equal(nameOf('/srv/notes/..a.md', '/srv/notes'), '..a.md')
  assert.equal(nameOf('/srv/notes/a.md', '/'), 'srv/notes/a.md')
})
