import type { Stats } from 'node:fs'
import { statSync } from 'node:fs'

/**
 * Changes when the file does. Follows symbolic links, so the swap of a Kubernetes ConfigMap or Secret shows as another
 * inode. A file that cannot be looked at (a link to itself, a closed directory) is one more look of it: reading it
 * then says what is wrong.
 */
export function fingerprint(file: string): string {
  try {
    const stat: Stats | undefined = statSync(file, { throwIfNoEntry: false })
    return stat === undefined ? 'absent' : `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`
  } catch (error) {
    return `unreadable: ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}`
  }
}
