import { randomBytes } from 'node:crypto'
import { chmod, chown, copyFile, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { Fault } from '../../kernel/fault.ts'

const PREFIX = 'freehold-strong-'

/** Who the programs run as: somebody without any right. Null where the server itself has none to give up. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * Files on disk for as long as boxes show them: each package in a directory of its own that only the owner of the boxes
 * may enter. Boxes can read them and nothing else.
 */
export class Staging {
  readonly #root: string
  readonly #owner: Owner | null
  readonly #written = new Map<
    ReadonlyMap<string, Buffer>,
    { readonly path: Promise<string>; users: number }
  >()

  private constructor(root: string, owner: Owner | null) {
    this.#root = root
    this.#owner = owner
  }

  static async open(directory: string, owner: Owner | null): Promise<Staging> {
    await removeLeft(directory)
    const root = await mkdtemp(join(directory, `${PREFIX}${process.pid}-`))
    // Entered by the owner of the boxes, listed by nobody.
    await chmod(root, 0o711)
    return new Staging(root, owner)
  }

  /** The directory that holds `files`. Whoever asked gives it back. */
  async take(files: ReadonlyMap<string, Buffer>): Promise<string> {
    const known = this.#written.get(files)
    if (known !== undefined) {
      known.users += 1
      return await known.path
    }
    const path = this.#write(files)
    this.#written.set(files, { path, users: 1 })
    try {
      return await path
    } catch (error) {
      this.#written.delete(files)
      throw error
    }
  }

  async giveBack(files: ReadonlyMap<string, Buffer>): Promise<void> {
    const known = this.#written.get(files)
    if (known === undefined || (known.users -= 1) > 0) return
    this.#written.delete(files)
    await rm(await known.path, { recursive: true, force: true })
  }

  /** An empty directory that the owner of the boxes may write to, for what is written outside of them. */
  async scratch(): Promise<string> {
    const path = this.#name()
    await mkdir(path, { mode: 0o700 })
    await this.#hand(path)
    return path
  }

  async discard(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true })
  }

  /** A copy of a program that the owner of the boxes can reach, wherever it was installed. */
  async program(file: string): Promise<string> {
    const path = this.#name()
    await copyFile(file, path)
    await chmod(path, 0o755)
    return path
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true })
  }

  #name(): string {
    return join(this.#root, randomBytes(12).toString('hex'))
  }

  async #write(files: ReadonlyMap<string, Buffer>): Promise<string> {
    const path = this.#name()
    await mkdir(path, { mode: 0o700 })
    const made = new Set([path])
    for (const [name, bytes] of files) {
      const target = join(path, checked(name))
      for (const directory of parentsOf(target, path)) {
        if (made.has(directory)) continue
        await mkdir(directory, { mode: 0o700 })
        await this.#hand(directory)
        made.add(directory)
      }
      await writeFile(target, bytes, { mode: 0o500, flag: 'wx' })
      await this.#hand(target)
    }
    await this.#hand(path)
    return path
  }

  async #hand(path: string): Promise<void> {
    if (this.#owner !== null) await chown(path, this.#owner.uid, this.#owner.gid)
  }
}

function parentsOf(file: string, root: string): readonly string[] {
  const parents: string[] = []
  for (let at = dirname(file); at !== root; at = dirname(at)) parents.unshift(at)
  return parents
}

/** A bundle says nothing about where it is unpacked. */
function checked(name: string): string {
  const isBelow = name !== '' && posix.normalize(name) === name && !posix.isAbsolute(name)
  if (!isBelow || name === '..' || name.startsWith('../') || name.includes('\0')) {
    throw new Fault('skill_denied', 'The skill has a file whose path leads out of its folder.')
  }
  return name
}

/** Directories of servers that were killed. */
async function removeLeft(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isRunning(Number(pid))) continue
    const path = join(directory, name)
    // In a directory that all share anybody may have made one of that name.
    const { uid } = await lstat(path)
    if (uid === process.getuid?.()) await rm(path, { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
