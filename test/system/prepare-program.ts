// Makes one file of the program and all that it loads, for the houses and commands that the tests start: to find and
// link the thousand files it is made of takes half of a start. Workers and pages are those of the checkout.
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'rolldown'
import { build } from 'rolldown'
import { serverEntry } from './house.ts'

/** Every file goes on knowing where it lies. */
const places: Plugin = {
  name: 'places',
  transform: {
    filter: { code: /import\.meta\./, id: /^\/.*\.[cm]?[jt]s$/ },
    handler: (code, file) =>
      code
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(file)))
        .replaceAll('import.meta.filename', JSON.stringify(file))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href)),
  },
}

const [dir = ''] = process.argv.slice(2)
await build({
  input: serverEntry,
  platform: 'node',
  plugins: [places],
  output: { dir, format: 'esm', cleanDir: true, keepNames: true, entryFileNames: '[name].js' },
  logLevel: 'silent',
})
