// Makes the two publishable packages: dist/contract and dist/freehold. The checkout runs its .ts files as written,
// but Node strips no types under node_modules, so a package carries JavaScript that plain tsc emits.
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const at = (...parts) => join(root, ...parts)
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

/** What each package carries besides its emitted JavaScript, and what changes in its manifest. */
const PACKAGES = {
  contract: {
    folder: 'contract',
    carries: [],
    pages: ['LICENSE'],
    manifest: { exports: { './*.ts': './dist/*.js' } },
  },
  server: {
    folder: 'freehold',
    carries: ['bin', 'migrations', 'guide'],
    pages: ['LICENSE', 'README.md', 'README.zh-CN.md'],
    manifest: { bundleDependencies: ['libphonenumber-js'] },
  },
}

/** What an installation needs of a package that is mostly builds for browsers; it travels within ours. */
const BUNDLED = {
  'libphonenumber-js': [
    'package.json',
    'LICENSE*',
    'metadata.max.json.js',
    // `max/metadata` holds the same once more, which nothing reads.
    '{core,es6,max/!(metadata)}/**/!(*.test).js',
    'max/*.js',
  ],
}

function bundle(name, files, target) {
  const cwd = at('node_modules', name)
  for (const file of globSync(files, { cwd }))
    cpSync(join(cwd, file), join(target, 'node_modules', name, file))
}

function stage(name, { folder, carries, pages, manifest }) {
  const source = at('packages', name)
  const target = at('dist', folder)
  mkdirSync(target, { recursive: true })
  renameSync(at('dist/emitted', name, 'src'), join(target, 'dist'))
  for (const asset of globSync('**/*.*', {
    cwd: join(source, 'src'),
    exclude: (path) => /\.ts$|tsconfig/.test(path),
  }))
    cpSync(join(source, 'src', asset), join(target, 'dist', asset))
  for (const carried of carries) cpSync(join(source, carried), join(target, carried), { recursive: true })
  for (const page of pages) cpSync(at(page), join(target, page))
  for (const bundled of manifest.bundleDependencies ?? []) bundle(bundled, BUNDLED[bundled], target)
  writeJson(join(target, 'package.json'), {
    ...readJson(join(source, 'package.json')),
    ...manifest,
    files: ['dist', ...carries, ...pages],
  })
  return target
}

rmSync(at('dist'), { recursive: true, force: true })
execFileSync(at('node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
for (const [name, parts] of Object.entries(PACKAGES))
  console.log(`built ${stage(name, parts).slice(root.length + 1)}`)
rmSync(at('dist/emitted'), { recursive: true })
