import type { Role } from '../../packages/server/src/skills/catalogue/metadata.ts'
import { updateCatalogue } from '../../packages/server/src/skills/catalogue/catalogue-client.ts'
import {
  beginCatalogue,
  changeTargets,
  standingCatalogue,
} from '../../packages/server/src/skills/catalogue/catalogue-writer.ts'
import { draftRoot, USUAL_DAYS } from '../../packages/server/src/skills/catalogue/root-writer.ts'
import { targetEntry } from '../../packages/server/src/skills/catalogue/listed-skill.ts'
import type { TrustedStore } from '../../packages/server/src/skills/catalogue/trusted-store.ts'
import { bundleOf, readBundle } from '../../packages/server/src/skills/bundle/bundle.ts'
import type { Envelope } from '../../packages/server/src/skills/signing/envelope.ts'
import { NOTHING_REVOKED } from '../../packages/server/src/skills/signing/revocations.ts'
import type { SigningKey } from '../../packages/server/src/skills/signing/signing-key.ts'
import { newKeyFile, readSigningKey } from '../../packages/server/src/skills/signing/signing-key.ts'
import { signCertification, signPublication } from '../../packages/server/src/skills/signing/statement.ts'
import { readTrust } from '../../packages/server/src/skills/signing/trust-root.ts'
import { verifyBundle } from '../../packages/server/src/skills/signing/verify-bundle.ts'

const NOW = Date.parse('2027-03-01T00:00:00Z')
const MANIFEST = `apiVersion: freehold.dev/v1
kind: prompt
metadata: { name: acme-orders, version: 1.0.0, publisher: acme, title: T, description: D, licence: MIT }
prompt: { instructions: a.md }
`

function memory(): TrustedStore {
  const files = new Map<string, Buffer>()
  return {
    read: (name) => files.get(name) ?? null,
    write: (name, bytes) => void files.set(name, bytes),
    remove: (name) => void files.delete(name),
  }
}

/** A skill that was published by two keys and certified by one, and a catalogue that lists it. */
export async function openMarket(more: ReadonlyMap<string, Buffer> = new Map()) {
  const newKey = (): SigningKey => readSigningKey(newKeyFile(null), null)
  const [root, acme, second, house] = [newKey(), newKey(), newKey(), newKey()]
  const trust = readTrust(`version: 1
root: { keys: ["${root.public.text}"] }
publishers: [{ name: acme, prefixes: [acme], threshold: 2, keys: ["${acme.public.text}", "${second.public.text}"] }]
certifiers: [{ name: house, keys: ["${house.public.text}"] }]
`)
  const bundle = bundleOf(
    new Map([['skill.yaml', Buffer.from(MANIFEST)], ['a.md', Buffer.from('Be brief.\n')], ...more]),
  )
  const subject = { name: 'acme-orders', digest: bundle.digest }
  const about = { name: 'acme-orders', version: '1.0.0' }
  const [from, until] = ['2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z']
  const envelopes: readonly Envelope[] = [
    signPublication(subject, { ...about, publisher: 'acme', publishedAt: from }, [acme, second]),
    signCertification(
      subject,
      {
        ...about,
        certifier: 'house',
        verdict: 'pass',
        report: 'a'.repeat(64),
        scanner: { name: 'freehold', version: '0.1.0' },
        policy: 'default',
        certifiedAt: from,
        expiresAt: until,
      },
      [house],
    ),
  ]
  const files = new Map<string, Buffer>()
  const place = {
    metadata: async (name: string) => files.get(name) ?? null,
    putMetadata: async (name: string, bytes: Buffer) => void files.set(name, bytes),
  }
  const one = { keys: [root.public], threshold: 1 }
  const roles: Record<Role, typeof one> = { root: one, targets: one, snapshot: one, timestamp: one }
  const writing = { place, signers: [root], now: NOW }
  const parts = { before: null, roles, days: USUAL_DAYS, now: NOW }
  await beginCatalogue(writing, draftRoot(parts, writing.signers))
  const stored = { length: bundle.bytes.length, manifest: `sha256:${'b'.repeat(64)}` }
  const targets = targetEntry(readBundle(bundle.bytes), stored)
  await changeTargets(writing, await standingCatalogue(place, trust, memory()), targets)
  // What nobody is led to is not read, so that it can be anything.
  for (const name of ['1.targets.json', '1.snapshot.json']) files.delete(name)
  return {
    bytes: bundle.bytes,
    envelopes,
    files: files as ReadonlyMap<string, Buffer>,
    verify: (bytes: Buffer, said: readonly Envelope[]) =>
      verifyBundle(bytes, said, { trust, policy: 'certified', now: NOW, revocations: NOTHING_REVOKED }),
    read: (found: ReadonlyMap<string, Buffer>) =>
      updateCatalogue({
        source: { metadata: async (name) => found.get(name) ?? null },
        store: memory(),
        trust,
        now: NOW,
      }),
  }
}
