import { parseArgs } from 'node:util'
import { cacheQuery } from '@freehold/contract/cache.ts'
import type { cacheView } from '@freehold/contract/cache.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { z } from 'zod'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type CacheTerminal = Pick<Terminal, 'out' | 'err'> & { readonly client: Pick<Client, 'call'> }

const OPTIONS = {
  rule: { type: 'string' },
  target: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

type Asked = Omit<ReturnType<typeof parse>['values'], 'json'>

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

/** Shows and purges kept answers. */
export const cache: Command & {
  readonly run: (args: readonly string[], terminal: CacheTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Show and purge the answers that are kept for requests that come again',
    usage: 'freehold cache show [--json]\n       freehold cache purge [--rule ID] [--target NAME] [--json]',
    options: {
      '--rule ID': 'only what this rule kept, such as file:1; see freehold route list',
      '--target NAME': 'only what this target answered',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: ['freehold cache show', 'freehold cache purge', 'freehold cache purge --target house'],
  }),
  run: cacheCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function cacheCommand(args: readonly string[], terminal: CacheTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb, ...rest] = positionals
  if (verb !== 'show' && verb !== 'purge')
    throw new UsageError('say what to do: freehold cache show or purge')
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}" after "freehold cache ${verb}"`)
  const { json, ...asked } = values
  if (verb === 'purge') return purge(asked, json, terminal)
  const [option] = Object.keys(asked)
  if (option !== undefined) throw new UsageError(`--${option} belongs to "purge", not "show"`)
  return show(json, terminal)
}

async function show(json: boolean, { client, out }: CacheTerminal): Promise<number> {
  const { method, path, output } = OPERATIONS['cache.read']
  const found = output.parse(await client.call(method, path))
  out(json ? `${JSON.stringify(found)}\n` : said(found))
  return EXIT.ok.code
}

function said(view: z.output<typeof cacheView>): string {
  const { entries, bytes, maxBytes, hits, misses, data } = view
  if (maxBytes === 0) return 'No answer is kept: cache.maxBytes is 0.\n'
  const sums = `Answers: ${entries}. Bytes: ${bytes} of ${maxBytes}. Since the start: hits ${hits}, misses ${misses}.\n`
  if (data.length === 0) return sums
  const rows = data.map((one) => [one.rule, one.target, String(one.entries), String(one.bytes)])
  return alignedTable([['RULE', 'TARGET', 'ANSWERS', 'BYTES'], ...rows], ['ANSWERS', 'BYTES']) + sums
}

async function purge(asked: Asked, json: boolean, { client, out }: CacheTerminal): Promise<number> {
  const checked = cacheQuery.safeParse(asked)
  if (!checked.success) {
    const [issue] = checked.error.issues
    throw new UsageError(`--${String(issue?.path[0])}: ${issue?.message ?? 'is not valid'}`)
  }
  const { method, path, output } = OPERATIONS['cache.purge']
  const query = new URLSearchParams(asked)
  const gone = output.parse(
    await client.call(method, query.size === 0 ? path : `${path}?${query.toString()}`),
  )
  const count = gone.entries === 1 ? '1 answer is' : `${gone.entries} answers are`
  out(json ? `${JSON.stringify(gone)}\n` : `${count} forgotten (${gone.bytes} bytes).\n`)
  return EXIT.ok.code
}
