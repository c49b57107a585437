// Makes the publishable packages: dist/contract, dist/freehold and dist/sdk. The checkout runs its .ts files as written,
// but Node strips no types under node_modules, so a package carries JavaScript that plain tsc emits.
// `build.mjs sdk DIR` makes that one alone, in another folder.
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const at = (...parts) => join(root, ...parts)
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

/** What an installation needs of packages that are mostly builds for browsers, types or pages; it travels within ours. */
const BUNDLED = {
  '@cedar-policy/cedar-wasm': ['package.json', 'web/{package.json,cedar_wasm.js,cedar_wasm_bg.wasm}'],
  kysely: ['package.json', 'LICENSE', 'dist/**/*.js'],
  'libphonenumber-js': [
    'package.json',
    'LICENSE*',
    'metadata.max.json.js',
    // `max/metadata` holds the same once more, which nothing reads.
    '{core,es6,max/!(metadata)}/**/!(*.test).js',
    'max/*.js',
  ],
  undici: ['package.json', 'LICENSE', 'index.js', 'lib/**/*.{js,wasm}'],
}

/** A tenth of the time of the best there is, for a seventh more bytes. */
const WELL_PACKED = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 }

/** What each package carries besides its emitted JavaScript, what it brings from the root, and what changes in its manifest. */
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
    brings: ['skills'],
    web: 'packages/web/dist',
    pages: ['LICENSE', 'README.md', 'README.zh-CN.md'],
    manifest: { bundleDependencies: Object.keys(BUNDLED) },
  },
  sdk: {
    folder: 'sdk',
    carries: ['README.md'],
    pages: ['LICENSE'],
    manifest: { exports: { '.': { types: './dist/sdk.d.ts', default: './dist/sdk.js' } } },
  },
}

function bundle(name, files, target) {
  const cwd = at('node_modules', name)
  for (const file of globSync(files, { cwd })) {
    const place = join(target, 'node_modules', name, file)
    mkdirSync(dirname(place), { recursive: true })
    // Megabytes that most servers never load; under the same name, because npm packs only what a manifest lists.
    if (file.endsWith('cedar_wasm_bg.wasm'))
      writeFileSync(place, brotliCompressSync(readFileSync(join(cwd, file)), { params: WELL_PACKED }))
    else cpSync(join(cwd, file), place)
  }
}

const [only, into = at('dist')] = process.argv.slice(2)
const emitted = join(into, 'emitted')

function stage(name, { folder, carries, brings = [], web, pages, manifest }) {
  const source = at('packages', name)
  const target = join(into, folder)
  mkdirSync(target, { recursive: true })
  renameSync(join(emitted, name, 'src'), join(target, 'dist'))
  for (const asset of globSync('**/*.*', {
    cwd: join(source, 'src'),
    exclude: (path) => /\.ts$|tsconfig/.test(path),
  }))
    cpSync(join(source, 'src', asset), join(target, 'dist', asset))
  // In declarations tsc leaves the names of files as they were written.
  for (const types of globSync('**/*.d.ts', { cwd: join(target, 'dist') })) {
    const file = join(target, 'dist', types)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"))
  }
  for (const carried of carries) cpSync(join(source, carried), join(target, carried), { recursive: true })
  // What skills were tried with is large, and no part of them.
  const isPart = (path) => !/[\\/]tests$/.test(path)
  for (const brought of brings)
    cpSync(at(brought), join(target, brought), { recursive: true, filter: isPart })
  if (web !== undefined)
    cpSync(at(web), join(target, 'web'), { recursive: true, filter: (path) => !/[\\/]\.\w/.test(path) })
  for (const page of pages) cpSync(at(page), join(target, page))
  for (const bundled of manifest.bundleDependencies ?? []) bundle(bundled, BUNDLED[bundled], target)
  writeJson(join(target, 'package.json'), {
    ...readJson(join(source, 'package.json')),
    ...manifest,
    files: ['dist', ...carries, ...brings, ...(web === undefined ? [] : ['web']), ...pages],
  })
  return target
}

rmSync(into, { recursive: true, force: true })
const emit = (project, to) =>
  execFileSync(at('node_modules/.bin/tsc'), ['-p', project, '--outDir', to], { cwd: root, stdio: 'inherit' })
if (only === undefined) emit('tsconfig.build.json', emitted)
emit('packages/sdk/tsconfig.build.json', join(emitted, 'sdk/src'))
for (const [name, parts] of Object.entries(PACKAGES))
  if (only === undefined || only === name) console.log(`built ${relative(root, stage(name, parts))}`)
rmSync(emitted, { recursive: true })
