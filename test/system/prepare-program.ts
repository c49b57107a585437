// Makes one file of the program and all that it loads, for the houses and commands that the tests start: to find and
// link the thousand files it is made of takes half of a start. Of each of its threads, and of the process that reads
// documents, as well: some last no longer than it takes to load them. Pages are those of the checkout.
import { globSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'rolldown'
import { build } from 'rolldown'
import { serverEntry } from './house.ts'

const dir = resolve(process.argv[2] ?? '')
const threadsDir = join(dir, 'threads')
const source = join(import.meta.dirname, '../../packages/server/src')
const threads = new Map(
  globSync(['**/*-thread.ts', 'knowledge/ingest-worker.ts'], {
    cwd: source,
    exclude: ['**/in-thread.ts'],
  }).map((path) => [basename(path, '.ts'), join(source, path)]),
)

/** Where a thread is started by its place beside the file that starts it. */
const STARTED =
  /join\(import\.meta\.dirname, `([\w-]+)\$\{(?:extname\(import\.meta\.filename\)|extension)\}`\)/g

/** Every file goes on knowing where it lies, and finds the threads that were made here. */
const places: Plugin = {
  name: 'places',
  transform: {
    filter: { code: /import\.meta\./, id: /^\/.*\.[cm]?[jt]s$/ },
    handler: (code, file) =>
      code
        .replaceAll(STARTED, (text, name: string) =>
          threads.has(name) ? JSON.stringify(join(threadsDir, `${name}.js`)) : text,
        )
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(file)))
        .replaceAll('import.meta.filename', JSON.stringify(file))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href)),
  },
}

const bundle = (input: string | Record<string, string>, into: string): Promise<unknown> =>
  build({
    input,
    platform: 'node',
    plugins: [places],
    output: { dir: into, format: 'esm', cleanDir: true, keepNames: true, entryFileNames: '[name].js' },
    logLevel: 'silent',
  })

await bundle(serverEntry, dir)
await bundle(Object.fromEntries(threads), threadsDir)
// Without it each file is read twice, to find out what it is.
await writeFile(join(dir, 'package.json'), '{ "type": "module" }\n')
