import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import type { Bundle } from './bundle.ts'
import { bundleOf, MOST_BUNDLE_BYTES, MOST_FILES, readBundle } from './bundle.ts'

export interface Packed extends Bundle {
  /** Hidden files and folders, which never travel. */
  readonly leftOut: readonly string[]
}

/** The bundle of a folder, read back before it is handed out. @throws Fault `invalid`, `too_large`, `not_found` */
export async function packSkill(directory: string): Promise<Packed> {
  const { files, leftOut } = await readFolder(directory)
  const bundle = bundleOf(files)
  readBundle(bundle.bytes)
  return { ...bundle, leftOut }
}

export interface Folder {
  readonly files: ReadonlyMap<string, Buffer>
  readonly leftOut: readonly string[]
}

/** The files of a skill's folder, by their paths below it. Links are refused: what they lead to is no part of it. */
export async function readFolder(directory: string): Promise<Folder> {
  const files = new Map<string, Buffer>()
  const leftOut: string[] = []
  let sizeBytes = 0
  const walk = async (below: string): Promise<void> => {
    for (const entry of await listed(join(directory, below))) {
      const path = `${below}${entry.name}`
      if (entry.name.startsWith('.')) leftOut.push(path)
      else if (entry.isDirectory()) await walk(`${path}/`)
      else if (!entry.isFile())
        throw new Fault('invalid', `${path}: is no plain file. Links and devices are not packed.`, {
          param: path,
        })
      else {
        const content = await contentOf(join(directory, path), path)
        sizeBytes += content.length
        files.set(path.normalize('NFC'), content)
        if (sizeBytes > MOST_BUNDLE_BYTES || files.size > MOST_FILES)
          throw new Fault(
            'too_large',
            `${directory} holds more than ${MOST_FILES} files or ${MOST_BUNDLE_BYTES} bytes, the most of a bundle.`,
            { param: 'bundle' },
          )
      }
    }
  }
  await walk('')
  return { files, leftOut: leftOut.sort() }
}

async function listed(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    throw new Fault('not_found', `${directory} cannot be read (${code}).`, {
      param: 'directory',
      cause: error,
    })
  }
}

/** A file that became a link after it was listed is refused by the system. */
async function contentOf(file: string, path: string): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { size } = await handle.stat()
    if (size > MOST_BUNDLE_BYTES)
      throw new Fault('too_large', `${path} has ${size} bytes, more than a whole bundle may have.`, {
        param: path,
      })
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
