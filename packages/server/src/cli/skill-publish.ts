import { parseArgs } from 'node:util'
import { Fault } from '../kernel/fault.ts'
import { readBundle } from '../skills/bundle/bundle.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import { envelopesOf, readBytes } from './skill-files.ts'
import { PLACE_HELP, PLACE_OPTIONS, repositoryAt, withRepository } from './skill-place.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

/** Puts a bundle and what was signed about it into a repository. */
export const skillPublish: Command = {
  help: helpText({
    summary: 'Publish a bundle and what was signed about it to a registry, a directory or a stick',
    usage: 'freehold skill publish FILE --to REPO [--ca FILE] [--host HOST]… [--json]',
    options: {
      FILE: 'the bundle, with FILE.intoto.jsonl beside it; what was signed since is added',
      ...PLACE_HELP,
      '--json': 'one line of JSON: {name, version, digest, manifest, statements}',
    },
    examples: [
      'freehold skill publish order-lookup-1.0.0.skill.tar --to oci://registry.example/acme/skills',
      'freehold skill publish order-lookup-1.0.0.skill.tar --to tar:stick.tar',
    ],
  }),
  run: publishCommand,
}

/** @returns 0 done @throws UsageError, Fault */
async function publishCommand(
  args: readonly string[],
  terminal: Pick<Terminal, 'cwd' | 'env' | 'out'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...PLACE_OPTIONS, to: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  exactly(positionals, ['FILE'], 'skill publish')
  if (values.to === undefined) throw new UsageError('say where to: --to REPO')
  const file = positionals[0] ?? ''
  const bytes = readBytes(file, terminal)
  const { manifest: read, digest } = readBundle(bytes)
  const { name, version } = read.metadata
  const envelopes = envelopesOf(file, terminal)
  const opened = await repositoryAt(values.to, values, terminal)
  const { manifest } = await withRepository(opened, async (repository) => {
    const there = await repository.published(name, version)
    if (there !== null && there.digest !== digest)
      throw new Fault(
        'conflict',
        `${name} ${version} is published there with other bytes. Raise the version.`,
      )
    const published = await repository.publish({ bytes, digest }, { name, version })
    await repository.attach(published.manifest, envelopes)
    return published
  })
  const told = { name, version, digest, manifest, statements: envelopes.length }
  terminal.out(
    values.json
      ? `${JSON.stringify(told)}\n`
      : `${name} ${version} is at ${values.to} with ${envelopes.length} statements: ${manifest}\n`,
  )
  return EXIT.ok.code
}
