import { text as textOf } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { SkillLevel } from '@freehold/contract/skills.ts'
import { skillCall as callBody, skillLevel } from '@freehold/contract/skills.ts'
import { z } from 'zod'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import { readBytes } from './skill-files.ts'
import type { SkillTerminal } from './skill-remote.ts'
import { at, detailFrom } from './skill-remote.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type Remote = Command & {
  readonly run: (args: readonly string[], terminal: SkillTerminal) => Promise<number>
}

/** Calls an operation of a skill by hand. */
export const skillCall: Remote = {
  help: helpText({
    summary: 'Call an operation of a skill',
    usage:
      'freehold skill call NAME OPERATION [FIELD=VALUE]… [--input JSON] [--class CLASS] [--confirm] [--json]',
    options: {
      NAME: 'the name of the skill',
      OPERATION: 'one of its operations; see: freehold skill show NAME',
      'FIELD=VALUE':
        'a field of the input; a value that is JSON is taken as such where the operation wants no text there',
      '--input JSON': 'the whole input',
      '--class CLASS': 'the class of what the input says (default: that of your key)',
      '--confirm': 'yes to what is more than a read',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold skill call order-lookup find_order id=SO-2041',
      'freehold skill call order-lookup cancel_order id=SO-2041 --confirm',
    ],
  }),
  async run(args, terminal) {
    const { client, out } = terminal
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        input: { type: 'string' },
        class: { type: 'string' },
        confirm: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
    const [name = '', operation = '', ...fields] = positionals
    exactly(positionals.slice(0, 2), ['NAME', 'OPERATION'], 'skill call')
    const asked = callBody.safeParse({
      operation,
      input: { ...wholeInput(values.input), ...(await fieldsIn(fields, { name, operation }, terminal)) },
      confirmed: values.confirm,
      ...(values.class !== undefined && { class: values.class }),
    })
    if (!asked.success) throw new UsageError(asked.error.issues[0]?.message ?? 'the input is wrong')
    const { method, path, output } = OPERATIONS['skill.call']
    const made = output.parse(await client.call(method, at(path, name), asked.data))
    out(values.json ? `${JSON.stringify(made)}\n` : `${made.text}\n`)
    return EXIT.ok.code
  },
}

function wholeInput(written: string | undefined): object {
  const value = written === undefined ? {} : jsonOf(written)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new UsageError('--input takes a JSON object')
}

/** `id=1042` is a number where the operation wants one, and a text where it wants that. */
async function fieldsIn(
  written: readonly string[],
  { name, operation }: { readonly name: string; readonly operation: string },
  terminal: SkillTerminal,
): Promise<Readonly<Record<string, unknown>>> {
  const fields = written.map(fieldOf)
  const isOpen = fields.some(([, text]) => !['string', 'undefined'].includes(typeof jsonOf(text)))
  const wanted = isOpen ? await schemasOf(terminal, name, operation) : {}
  const valueOf = (field: string, text: string): unknown => {
    const json = jsonOf(text)
    return json === undefined || (typeof json !== 'string' && wanted[field]?.type === 'string') ? text : json
  }
  return Object.fromEntries(fields.map(([field, text]) => [field, valueOf(field, text)]))
}

const properties = z.record(z.string(), z.object({ type: z.unknown() }).catch({ type: undefined }))

async function schemasOf(terminal: SkillTerminal, name: string, operation: string) {
  const { operations } = await detailFrom(terminal, name)
  const found = operations.find(({ id }) => id === operation)?.input['properties']
  return properties.catch({}).parse(found)
}

function fieldOf(written: string): readonly [field: string, text: string] {
  const end = written.indexOf('=')
  if (end <= 0) throw new UsageError(`write fields as FIELD=VALUE, not "${written}"`)
  return [written.slice(0, end), written.slice(end + 1)]
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Stores and forgets secrets of a skill; none is ever shown. */
export const skillSecret: Remote = {
  help: helpText({
    summary: 'Store or forget a secret that the broker adds to requests of a skill; it is never shown again',
    usage: 'freehold skill secret set NAME SECRET [--file FILE] | forget NAME SECRET',
    options: {
      NAME: 'the name of the skill',
      SECRET: 'the name of the secret, as its manifest has it',
      '--file FILE':
        'where the value stands (default: standard input); an end of line at its end is left out',
    },
    examples: [
      'freehold skill secret set order-lookup order-token --file token.txt',
      'freehold skill secret forget order-lookup order-token',
    ],
  }),
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { file: { type: 'string' } },
    })
    const [verb, name = '', secret = ''] = positionals
    if (verb !== 'set' && verb !== 'forget')
      throw new UsageError('say what to do: freehold skill secret set or forget')
    exactly(positionals.slice(1), ['NAME', 'SECRET'], `skill secret ${verb}`)
    const { method, path } = OPERATIONS[verb === 'set' ? 'skill.secret' : 'skill.forget_secret']
    const place = at(path, name).replace('{secret}', encodeURIComponent(secret))
    if (verb === 'forget') await terminal.client.call(method, place)
    else {
      const written =
        values.file === undefined
          ? await textOf(process.stdin)
          : readBytes(values.file, terminal).toString('utf8')
      await terminal.client.call(method, place, { value: written.replace(/\r?\n$/, '') })
    }
    terminal.out(
      verb === 'set' ? `${secret} is stored for ${name}.\n` : `${secret} of ${name} is forgotten.\n`,
    )
    return EXIT.ok.code
  },
}

const NEEDED: Readonly<Record<SkillLevel, string>> = {
  dev: 'Any skill may be installed here that was not revoked (dev).',
  signed: 'Skills must be signed by their publisher here (signed).',
  certified: 'Skills must be signed by their publisher and certified here (certified).',
}

/** What must vouch for skills. */
export const skillPolicy: Remote = {
  help: helpText({
    summary: 'Show or say what must vouch for skills before they are installed',
    usage: 'freehold skill policy [LEVEL] [--json]',
    options: {
      LEVEL: 'dev: nobody; signed: their publisher; certified: a certifier besides (the default)',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: ['freehold skill policy', 'freehold skill policy signed'],
  }),
  async run(args, { client, out }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    })
    const [wanted, ...more] = positionals
    exactly(more, [], 'skill policy')
    const { method, path, output } = OPERATIONS[wanted === undefined ? 'skill.policy' : 'skill.put_policy']
    const level = skillLevel.optional().safeParse(wanted)
    if (!level.success) throw new UsageError(`LEVEL is one of: ${skillLevel.options.join(', ')}`)
    const found = output.parse(
      await client.call(method, path, level.data === undefined ? undefined : { level: level.data }),
    )
    out(values.json ? `${JSON.stringify(found)}\n` : `${NEEDED[found.level]}\n`)
    return EXIT.ok.code
  },
}
