import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { SkillPackage } from '../runner.ts'
import type { TestEnd } from './judge-upgrade.ts'
import type { SkillSurface } from './surface.ts'
import { readSurface } from './surface.ts'

const run = promisify(execFile)

/** Where the program is in a checkout, in its package, and where that is installed. */
const PLACES = ['packages/server/bin/freehold.js', 'bin/freehold.js', 'node_modules/freehold/bin/freehold.js']
const MOST_MS = 120_000
const MOST_BYTES = 32 * 1024 * 1024
const MOST_TESTS = 200

const report = z.looseObject({
  results: z.array(
    z.looseObject({ name: z.string(), operation: z.string(), failure: z.string().nullable() }),
  ),
})

/** Another version of this program, asked about skills beside the one that runs. It is given no server and no data. */
export class NextProgram {
  readonly #program: string
  readonly #node: string

  /** @throws Fault `not_found` where there is none in this directory */
  constructor(directory: string, node: string) {
    const program = PLACES.map((place) => join(directory, place)).find((path) => existsSync(path))
    if (program === undefined)
      throw new Fault('not_found', `There is no Freehold in ${directory}.`, { param: 'against' })
    this.#program = program
    this.#node = node
  }

  async version(): Promise<string> {
    return (await this.#ask(['--version'])).stdout.trim()
  }

  async surface(): Promise<SkillSurface> {
    return readSurface(JSON.parse((await this.#ask(['skill', 'api'])).stdout))
  }

  /** Its own tests, and `fixtures` as such, as that version runs them; null where it does not. */
  async test({ files }: SkillPackage, fixtures: readonly object[]): Promise<readonly TestEnd[] | null> {
    const directory = await mkdtemp(join(tmpdir(), 'fh-upgrade-'))
    try {
      for (const [path, bytes] of files) {
        const target = join(directory, path)
        await mkdir(dirname(target), { recursive: true })
        await writeFile(target, path === 'skill.yaml' ? withTests(bytes, fixtures) : bytes)
      }
      // Whoever fails a test says so with its exit code as well.
      const { stdout } = await this.#ask(['skill', 'test', directory, '--json']).catch(
        (error: { readonly stdout?: string }) => ({ stdout: error.stdout ?? '' }),
      )
      const read = report.safeParse(stdout === '' ? null : JSON.parse(stdout))
      return read.success ? read.data.results : null
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }

  #ask(words: readonly string[]): Promise<{ readonly stdout: string }> {
    return run(this.#node, [this.#program, ...words], {
      timeout: MOST_MS,
      maxBuffer: MOST_BYTES,
      cwd: tmpdir(),
      env: { PATH: dirname(this.#node), HOME: tmpdir(), NO_COLOR: '1' },
    })
  }
}

/** The manifest as its author wrote it, with these tests behind its own. JSON is YAML. */
function withTests(manifest: Buffer, fixtures: readonly object[]): string {
  const written = z
    .looseObject({ tests: z.array(z.unknown()).default([]) })
    .parse(parse(manifest.toString('utf8'), { maxAliasCount: 0 }))
  const kept = fixtures.map((one, at) => Object.assign({ name: `a call that was kept (${at + 1})` }, one))
  return JSON.stringify({ ...written, tests: [...written.tests, ...kept].slice(0, MOST_TESTS) })
}
