import { parseArgs } from 'node:util'
import { systemClock } from '../kernel/clock.ts'
import { ConfigError, loadConfig } from '../kernel/config/config.ts'
import { createDialler } from '../kernel/dialler/dialler.ts'
import { blobPlace } from '../store/blob-place.ts'
import type { Finding } from '../store/s3/examination.ts'
import { examine } from '../store/s3/examination.ts'
import { checkTogether, findConfigFile } from './config.ts'
import { EXIT } from './exit-codes.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type StorageTerminal = Pick<Terminal, 'env' | 'cwd' | 'out' | 'err'>

/** Tries whether an object store does what Freehold relies on. */
export const storage: Command & {
  readonly run: (args: readonly string[], terminal: StorageTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Try whether the object store of the configuration does what Freehold relies on',
    usage: 'freehold storage check [FILE] [--json]',
    options: {
      check: 'write, read, list and delete an object of its own; a wrong secret must be refused',
      FILE: 'the configuration (default: FREEHOLD_CONFIG, else freehold.yaml here)',
      '--json': 'one line of JSON: {ok, findings: [{name, wrong}]}',
    },
    examples: ['freehold storage check', 'freehold storage check /etc/freehold.yaml --json'],
  }),
  run: storageCommand,
}

/** @returns 0 it does, 1 it does not, 3 the configuration is not valid @throws UsageError */
async function storageCommand(args: readonly string[], terminal: StorageTerminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [what, named, ...rest] = positionals
  if (what !== 'check' || rest.length > 0)
    throw new UsageError('say what to do: freehold storage check [FILE]')
  const { env, cwd } = terminal
  try {
    const file = findConfigFile(named, terminal)
    const { config } = loadConfig({ file, env, cwd, check: checkTogether })
    const place = blobPlace(config)
    if (place.kind === 'directory') {
      if (values.json) terminal.out(`${JSON.stringify({ ok: true, findings: [] })}\n`)
      else terminal.out('Documents lie in a directory of this machine; there is no object store to try.\n')
      return EXIT.ok.code
    }
    const seen = { dialler: createDialler(), clock: systemClock, figure: () => undefined }
    return await show(examine(place, seen), values.json, terminal)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    terminal.err(error.message)
    return EXIT.config.code
  }
}

async function show(
  found: AsyncIterable<Finding>,
  json: boolean,
  terminal: StorageTerminal,
): Promise<number> {
  const findings: Finding[] = []
  for await (const finding of found) {
    findings.push(finding)
    const { name, wrong } = finding
    if (!json) terminal.out(wrong === null ? `ok    ${name}\n` : `WRONG ${name}: ${wrong}\n`)
  }
  const ok = findings.every(({ wrong }) => wrong === null)
  if (json) terminal.out(`${JSON.stringify({ ok, findings })}\n`)
  return ok ? EXIT.ok.code : EXIT.refused.code
}
