import { hash } from 'node:crypto'
import { Fault } from '../../kernel/fault.ts'
import { MANIFEST_FILE, readManifest } from '../manifest/read-manifest.ts'
import type { SkillPackage } from '../runner.ts'
import { collision, wrongPath } from './path-rules.ts'
import { fitsHeader, readTar, shown, writeTar } from './tar.ts'

export const MOST_FILES = 2000
export const MOST_BUNDLE_BYTES = 16 * 1024 * 1024

/** A skill as it travels: the same bytes on every machine, whatever order its files were found in. */
export interface Bundle {
  readonly bytes: Buffer
  /** SHA-256, lower-case hexadecimal. */
  readonly digest: string
}

/** @throws Fault `invalid`, `too_large` */
export function bundleOf(files: ReadonlyMap<string, Buffer>): Bundle {
  checkPaths(files)
  const bytes = writeTar(files)
  checkSize(bytes.length)
  return { bytes, digest: digestOf(bytes) }
}

export const digestOf = (bytes: Buffer): string => hash('sha256', bytes, 'hex')

/**
 * What a bundle holds, and nothing that could be read in two ways: it is exactly what packing its files again gives.
 * @throws Fault `invalid` that names what is wrong, `too_large`
 */
export function readBundle(bytes: Buffer): SkillPackage {
  checkSize(bytes.length)
  const files = readTar(bytes, { files: MOST_FILES })
  checkPaths(files)
  if (!writeTar(files).equals(bytes))
    throw new Fault('invalid', 'The bundle is not written as `freehold skill pack` writes it.', {
      param: 'bundle',
    })
  const text = files.get(MANIFEST_FILE)?.toString('utf8') ?? ''
  return { manifest: readManifest(text, files), digest: digestOf(bytes), files }
}

function checkSize(sizeBytes: number): void {
  if (sizeBytes <= MOST_BUNDLE_BYTES) return
  throw new Fault(
    'too_large',
    `A bundle has at most ${MOST_BUNDLE_BYTES} bytes; this one has ${sizeBytes}.`,
    {
      param: 'bundle',
    },
  )
}

function checkPaths(files: ReadonlyMap<string, Buffer>): void {
  if (files.size > MOST_FILES)
    throw new Fault('too_large', `A bundle has at most ${MOST_FILES} files; this one has ${files.size}.`, {
      param: 'bundle',
    })
  for (const path of files.keys()) {
    const wrong = wrongPath(path) ?? (fitsHeader(path) ? null : 'is too long')
    if (wrong !== null) throw new Fault('invalid', `${shown(path)}: the path ${wrong}.`, { param: 'bundle' })
  }
  const two = collision(files.keys())
  if (two !== null)
    throw new Fault('invalid', `${two.map(shown).join(' and ')} are one name to some file systems.`, {
      param: 'bundle',
    })
  if (!files.has(MANIFEST_FILE))
    throw new Fault('invalid', `There is no ${MANIFEST_FILE} in it.`, { param: 'bundle' })
}
