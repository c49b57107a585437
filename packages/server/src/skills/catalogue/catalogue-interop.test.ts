import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BaseFetcher, Updater } from 'tuf-js'
import { DownloadHTTPError } from 'tuf-js/dist/error.js'
import { testDirectory } from '../../kernel/test-directory.ts'
import { newKeyFile, readSigningKey } from '../signing/signing-key.ts'
import type { SigningKey } from '../signing/signing-key.ts'
import { readTrust } from '../signing/trust-root.ts'
import { beginCatalogue, changeTargets, replaceRoot, standingCatalogue } from './catalogue-writer.ts'
import { draftRoot, USUAL_DAYS } from './root-writer.ts'
import { trustedFiles } from './trusted-store.ts'

/** Whoever runs it, on a new machine. */
const fresh = () => trustedFiles(testDirectory())

/** Serves the files of a repository as a web server would. */
class Served extends BaseFetcher {
  readonly #files: ReadonlyMap<string, Buffer>

  constructor(files: ReadonlyMap<string, Buffer>) {
    super()
    this.#files = files
  }

  override async fetch(url: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const bytes = this.#files.get(new URL(url).pathname.slice(1))
    if (bytes === undefined) throw new DownloadHTTPError('not found', 404)
    return new Blob([new Uint8Array(bytes)]).stream()
  }
}

/** By the clock of this machine: the other implementation takes no other. */
async function published() {
  const newKey = (): SigningKey => readSigningKey(newKeyFile(null), null)
  const [root, other, newer, rest] = [newKey(), newKey(), newKey(), newKey()]
  const files = new Map<string, Buffer>()
  const place = {
    metadata: async (name: string) => files.get(name) ?? null,
    putMetadata: async (name: string, bytes: Buffer) => void files.set(name, bytes),
  }
  const one = { keys: [rest.public], threshold: 1 }
  const roots = { keys: [root.public, other.public], threshold: 2 }
  const writing = { place, signers: [root, other, newer, rest], now: Date.now() }
  const roles = { root: roots, targets: one, snapshot: one, timestamp: one }
  const parts = { before: null, roles, days: USUAL_DAYS, now: writing.now }
  await beginCatalogue(writing, draftRoot(parts, writing.signers))
  const first = files.get('1.root.json') ?? Buffer.alloc(0)
  const trust = readTrust(
    `version: 1\nroot: { threshold: 2, keys: ["${root.public.text}", "${other.public.text}"] }`,
  )
  const bundle = Buffer.from('what is in the bundle, 中文 "quoted" \\ and all')
  const sha256 = hash('sha256', bundle, 'hex')
  files.set(`acme/${sha256}.orders.skill.tar`, bundle)
  const custom = { title: 'Orders "and" more \\ 订单\n', added: 3 }
  const targets = { 'acme/orders.skill.tar': { length: bundle.length, hashes: { sha256 }, custom } }
  await changeTargets(writing, await standingCatalogue(place, trust, fresh()), targets)
  const standing = await standingCatalogue(place, trust, fresh())
  const fewer = { keys: [newer.public], threshold: 1 }
  const next = { ...parts, before: standing.root, roles: { ...roles, root: fewer, targets: fewer } }
  await replaceRoot(writing, standing, draftRoot(next, writing.signers))
  return { files, first, bundle }
}

function updaterOf(files: ReadonlyMap<string, Buffer>, first: Buffer): Updater {
  const directory = testDirectory()
  writeFileSync(join(directory, 'root.json'), first)
  mkdirSync(join(directory, 'targets'))
  return new Updater({
    metadataDir: directory,
    metadataBaseUrl: 'http://repository.example',
    targetDir: join(directory, 'targets'),
    targetBaseUrl: 'http://repository.example/',
    fetcher: new Served(files),
  })
}

test('another implementation of TUF reads a catalogue of ours, with its keys rotated', async () => {
  const { files, first, bundle } = await published()
  const updater = updaterOf(files, first)
  await updater.refresh()
  const found = await updater.getTargetInfo('acme/orders.skill.tar')
  assert.ok(found)
  assert.deepEqual(readFileSync(await updater.downloadTarget(found)), bundle)
})

test('and it refuses what we refuse', async () => {
  const { files, first } = await published()
  const changed = Buffer.from(
    files.get('3.targets.json')?.toString('utf8').replace('"added":3', '"added":4') ?? '',
  )
  await assert.rejects(
    updaterOf(new Map(files).set('3.targets.json', changed), first).refresh(),
    /hash|length/i,
  )
})
