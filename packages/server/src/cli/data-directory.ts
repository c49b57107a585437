import { homedir, platform } from 'node:os'
import { join } from 'node:path'

/** Where data lies when nobody says otherwise: the system's place for root, the platform's convention for a person. */
export function defaultDataDirectory(
  env: Readonly<Record<string, string | undefined>>,
  uid: number | undefined,
): string {
  if (env['FREEHOLD_DATA']) return env['FREEHOLD_DATA']
  if (uid === 0) return '/var/lib/freehold'
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Freehold')
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'freehold')
}
