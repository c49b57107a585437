import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverProcesses, signalServer } from '../system/cluster.ts'
import type { House } from '../system/house.ts'

const IMAGE_BYTES = 2 * 1024 ** 3

/** A disk whose power can be cut: a file system on a loop device. Its backing file holds what was flushed, no more. */
export class Disk {
  readonly #place = mkdtempSync(join(tmpdir(), 'fh-cut-'))
  readonly #image = join(this.#place, 'disk')
  readonly #mount = join(this.#place, 'm')

  constructor() {
    chmodSync(this.#place, 0o711)
    mkdirSync(this.#mount)
    writeFileSync(this.#image, '')
    truncateSync(this.#image, IMAGE_BYTES)
    execFileSync('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', this.#image])
    this.#attach()
  }

  get data(): string {
    return join(this.#mount, 'data')
  }

  /** Keeps what is on the device at this moment; everything that writes must stand still. */
  keep(): void {
    execFileSync('cp', ['--sparse=always', this.#image, `${this.#image}.kept`])
  }

  /** Goes back to what was kept, as if the power had been gone since. */
  goBack(): void {
    this.#detach()
    renameSync(`${this.#image}.kept`, this.#image)
    this.#attach()
  }

  remove(): void {
    this.#detach()
    rmSync(this.#place, { recursive: true, force: true })
  }

  #attach(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.#mount])
  }

  #detach(): void {
    spawnSync('umount', [this.#mount])
  }
}

/** Why it cannot run here, or false. */
export function obstacle(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux'
  for (const tool of ['mkfs.ext4', 'losetup']) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) return `needs ${tool}`
  }
  return spawnSync('losetup', ['-f']).status === 0 ? false : 'needs a loop device'
}

/** Stops server and database where they stand, keeps the disk, and lets nobody finish what was begun. */
export async function cutPower(house: House, disk: Disk): Promise<void> {
  house.process.kill('SIGSTOP')
  signalServer(disk.data, 'SIGSTOP')
  disk.keep()
  const exited = once(house.process, 'exit')
  house.process.kill('SIGKILL')
  signalServer(disk.data, 'SIGKILL')
  await exited
  while (serverProcesses(disk.data).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  disk.goBack()
}
