// Builds the web app into packages/web/dist, when it is not the one that its sources make. What is larger than a packet
// is there packed with Brotli only: the server sends it as it is, and unpacks it for the few that cannot.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const web = join(root, 'packages/web')
const mark = join(web, 'dist/.sources')

const sources = globSync(
  [
    'packages/web/{src,public}/**/*.*',
    'packages/web/*.{ts,json,html}',
    'scripts/web.mjs',
    'packages/sdk/src/**/*.ts',
    'package-lock.json',
  ],
  { cwd: root },
).sort()
const hash = createHash('sha256')
for (const name of sources)
  hash
    .update(name)
    .update('\0')
    .update(readFileSync(join(root, name)))
const made = hash.digest('hex')

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

if (read(mark) === made) process.exit(0)
rmSync(mark, { force: true })
const vite = spawnSync('vite', ['build', '--logLevel', 'warn'], { cwd: web, stdio: 'inherit' })
if (vite.status !== 0) process.exit(vite.status ?? 1)
for (const name of globSync('dist/assets/*.{js,css,svg}', { cwd: web })) {
  const path = join(web, name)
  const body = readFileSync(path)
  if (body.length < 1024) continue
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: body.length }
  writeFileSync(`${path}.br`, brotliCompressSync(body, { params }))
  rmSync(path)
}
writeFileSync(mark, made)
console.log('built packages/web/dist')
