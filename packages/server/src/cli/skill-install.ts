import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { skillInstallation, skillUpdate } from '@freehold/contract/skills.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import type { SkillTerminal } from './skill-remote.ts'
import { at, sourceOf, tell } from './skill-remote.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type Remote = Command & {
  readonly run: (args: readonly string[], terminal: SkillTerminal) => Promise<number>
}

const SOURCE =
  'a file of `freehold skill pack`, the folder of a skill, or NAME[@VERSION] of those that come along or are in a repository of the server; see: freehold skill search'

/** Takes a skill in. */
export const skillInstall: Remote = {
  help: helpText({
    summary: 'Install a skill on a server',
    usage:
      'freehold skill install SOURCE [--approve] [--from PLACE] [--base-url URL] [--set NAME=VALUE]… [--for MEMBER]… [--json]',
    options: {
      SOURCE,
      '--approve': 'yes to everything that it asks to be permitted; without it nothing of it is called yet',
      '--from PLACE':
        'where the name is looked for: built-in, or a repository by its name (default: what comes along, then the repositories)',
      '--base-url URL': 'where its server is in this house',
      '--set NAME=VALUE': 'a setting that its manifest declares; repeat it for several',
      '--for MEMBER':
        'who may use it: user:ID, group:ID, service:ID or key:ID; repeat it (default: everybody)',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold skill install order-lookup-1.0.0.skill.tar',
      'freehold skill install order-lookup --approve --base-url https://orders.house.example',
      'freehold skill install spreadsheet --from built-in --approve',
    ],
  }),
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        approve: { type: 'boolean', default: false },
        from: { type: 'string' },
        'base-url': { type: 'string' },
        set: { type: 'string', multiple: true },
        for: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
      },
    })
    exactly(positionals, ['SOURCE'], 'skill install')
    const { method, path } = OPERATIONS['skill.install']
    const body = skillInstallation.parse({
      ...(await sourceOf(positionals[0] ?? '', terminal)),
      ...(values.from !== undefined && { from: values.from }),
      approve: values.approve,
      settings: {
        ...(values['base-url'] !== undefined && { baseUrl: values['base-url'] }),
        values: Object.fromEntries((values.set ?? []).map(settingOf)),
      },
      audience: values.for ?? null,
    })
    tell(await terminal.client.call(method, path, body), values, terminal)
    return EXIT.ok.code
  },
}

/** A value that is a whole number is one. @throws UsageError */
function settingOf(written: string): readonly [string, string | number] {
  const end = written.indexOf('=')
  if (end <= 0) throw new UsageError(`write settings as NAME=VALUE, not "${written}"`)
  const value = written.slice(end + 1)
  return [written.slice(0, end), /^\d{1,9}$/.test(value) ? Number(value) : value]
}

/** Takes in another version. */
export const skillUpdating: Remote = {
  help: helpText({
    summary: 'Install another version of a skill beside the one that is called, and switch to it',
    usage: 'freehold skill update NAME [SOURCE] [--from PLACE] [--keep] [--approve] [--json]',
    options: {
      NAME: 'the name of the skill',
      SOURCE: `${SOURCE} (default: the newest where the version that is called came from)`,
      '--from PLACE': 'look there instead: built-in, or a repository by its name',
      '--keep': 'do not switch: it lies beside the other until you do, or try it as a canary',
      '--approve':
        'yes to what it may do more than before; without it nothing is switched where it may do more',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold skill update order-lookup order-lookup-1.1.0.skill.tar',
      'freehold skill update order-lookup --keep',
      'freehold skill update order-lookup order-lookup@1.1.0 --from house',
    ],
  }),
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        keep: { type: 'boolean', default: false },
        approve: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
    const [name = '', source, ...more] = positionals
    exactly([...(name === '' ? [] : [name]), ...more], ['NAME'], 'skill update')
    const { method, path } = OPERATIONS['skill.update']
    const body = skillUpdate.parse({
      ...(source === undefined ? { name } : await sourceOf(source, terminal)),
      ...(values.from !== undefined && { from: values.from }),
      approve: values.approve,
      switch: values.keep ? 'keep' : 'now',
    })
    tell(await terminal.client.call(method, at(path, name), body), values, terminal)
    return EXIT.ok.code
  },
}
