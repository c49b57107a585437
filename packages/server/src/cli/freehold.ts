import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
if (process.argv[2] === '--version' && typeof manifest === 'object' && manifest && 'version' in manifest) {
  console.log(String(manifest.version))
} else {
  console.error('usage: freehold --version')
  process.exitCode = 2
}
