import { join } from 'node:path'
import { testDirectory } from '../kernel/test-directory.ts'
import { createClient } from './client.ts'
import { skill } from './skill.ts'
import type { Terminal } from './terminal.ts'

/** A place to work in, and the words that a person types there. */
export function workplace(env: Readonly<Record<string, string>> = {}) {
  const cwd = testDirectory()
  async function run(
    line: string,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    let [out, err] = ['', '']
    // The server is asked by none of these.
    const terminal: Terminal = {
      cwd,
      data: cwd,
      env: { XDG_STATE_HOME: join(cwd, 'state'), ...env },
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      progress: () => undefined,
      interactive: false,
      signal: new AbortController().signal,
      client: createClient({ data: cwd }),
    }
    const code = await skill.run(
      [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word),
      terminal,
    )
    return { code, out, err }
  }
  const told = async (line: string): Promise<Record<string, unknown>> =>
    JSON.parse((await run(`${line} --json`)).out) as Record<string, unknown>
  return { cwd, run, told }
}
