import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const bin = join(import.meta.dirname, '../../node_modules/.bin')

/** PATH as a stranger has it: without the tools of this checkout. */
export const strangersPath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => folder !== bin)
  .join(delimiter)

/** A Node on the stranger's PATH that is too old to run the program itself; undefined where there is none. */
export function olderNode(): string | undefined {
  return strangersPath
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((path) => existsSync(path) && majorOf(path) >= 20 && majorOf(path) < 24)
}

function majorOf(node: string): number {
  return Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }))
}
