import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

/** A directory for tests, gone with the process. */
export function testDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'freehold-test-'))
  if (made.push(directory) === 1)
    process.on('exit', () => {
      for (const one of made) rmSync(one, { recursive: true, force: true })
    })
  return directory
}
