import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { systemClock } from '../kernel/clock.ts'
import { SkillCatalogue } from '../skills/catalogue/skill-catalogue.ts'
import { EXIT } from './exit-codes.ts'
import { trustOf } from './skill-files.ts'
import { PLACE_HELP, PLACE_OPTIONS, repositoryAt, stateOf, withRepository } from './skill-place.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

const text = { type: 'string' } as const

/** Looks for skills in the catalogue of a repository. */
export const skillSearch: Command = {
  help: helpText({
    summary: 'Find skills that can be installed from a server, or those of a repository',
    usage: 'freehold skill search [WORDS] [--in REPO --trust TRUST] [--json]',
    options: {
      WORDS:
        'what is looked for in name, title, description, publisher and keywords; without them all are listed',
      '--in REPO':
        'a repository, without a server; without it the server is asked what comes along and what its repositories have',
      '--trust TRUST': 'the trust root: whose signatures the catalogue needs',
      ...PLACE_HELP,
      '--json': 'one line of JSON: {data: [{name, version, publisher, kind, title, description, digest}]}',
    },
    examples: [
      'freehold skill search spreadsheet',
      'freehold skill search orders --in oci://registry.example/acme/skills --trust trust.yaml',
      'freehold skill search --in tar:stick.tar --trust trust.yaml --json',
    ],
  }),
  run: searchCommand,
}

type SearchTerminal = Pick<Terminal, 'cwd' | 'env' | 'data' | 'out' | 'client'>

/** @returns 0 done @throws UsageError, Fault */
async function searchCommand(args: readonly string[], terminal: SearchTerminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...PLACE_OPTIONS, in: text, trust: text, json: { type: 'boolean', default: false } },
  })
  if (values.in === undefined) return searchServer(positionals.join(' '), values, terminal)
  if (values.trust === undefined) throw new UsageError('say whom to believe: --trust TRUST')
  const trust = trustOf(values.trust, terminal)
  const store = stateOf(values.in, values, terminal)
  const opened = await repositoryAt(values.in, values, terminal)
  const data = await withRepository(opened, async (repository) => {
    const catalogue = new SkillCatalogue({ repository, store, trust, clock: systemClock })
    await catalogue.refresh()
    return catalogue
      .search(positionals.join(' '))
      .map((one) => Object.assign({ ...one }, { revoked: catalogue.revocations.bundle(one) }))
  })
  if (values.json) terminal.out(`${JSON.stringify({ data })}\n`)
  else if (data.length === 0) terminal.out('Nothing.\n')
  else {
    const rows = data.map((one) => [
      one.name,
      one.version,
      one.kind,
      one.publisher,
      one.revoked === null ? one.title : `REVOKED: ${one.revoked.reason}`,
    ])
    terminal.out(alignedTable([['NAME', 'VERSION', 'KIND', 'PUBLISHER', 'TITLE'], ...rows]))
  }
  return EXIT.ok.code
}

/** What can be installed by name from the server. @throws RefusedError */
async function searchServer(
  words: string,
  { json }: { readonly json: boolean },
  { client, out }: Pick<SearchTerminal, 'client' | 'out'>,
): Promise<number> {
  const { method, path, output } = OPERATIONS['skill.catalogue']
  const query = new URLSearchParams({ query: words, limit: '200' })
  const found = output.parse(await client.call(method, `${path}?${query.toString()}`))
  if (json) out(`${JSON.stringify(found)}\n`)
  else if (found.data.length === 0) out('Nothing.\n')
  else {
    const rows = found.data.map((one) => [
      one.name,
      one.version,
      one.source,
      one.verdict ?? '-',
      one.installed?.version ?? '-',
      one.revoked === null ? one.title.en : `REVOKED: ${one.revoked}`,
    ])
    out(alignedTable([['NAME', 'VERSION', 'FROM', 'CHECK', 'INSTALLED', 'TITLE'], ...rows]))
  }
  for (const { name, problem } of json ? [] : found.sources)
    if (problem !== null) out(`\n${name} could not be asked: ${problem}\n`)
  return EXIT.ok.code
}
