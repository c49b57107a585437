import { parseArgs } from 'node:util'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Explanation, settingsVersions } from '@freehold/contract/routing.ts'
import { DIALECTS } from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import type { Client } from './client.ts'
import { alignedTable } from './table.ts'
import type { FileReading } from './definition-file.ts'
import { orProblems, readRoutes } from './definition-file.ts'
import { EXIT } from './exit-codes.ts'
import { shadow } from './route-shadow.ts'
import { percent, routeTable } from './route-table.ts'
import { readVersionNumber } from './target.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

/** What the command needs from outside. */
export type RouteTerminal = Pick<Terminal, 'out' | 'err' | 'cwd' | 'env'> & {
  readonly client: Pick<Client, 'call'>
  readonly stdin?: FileReading['stdin']
}

const OPTIONS = {
  model: { type: 'string' },
  service: { type: 'string' },
  class: { type: 'string' },
  dialect: { type: 'string' },
  conversation: { type: 'string' },
  request: { type: 'string' },
  'based-on': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
/** Options that belong to some verbs. */
const OF_VERB = {
  model: 'explain',
  service: 'explain',
  class: 'explain',
  dialect: 'explain',
  conversation: 'explain',
  request: 'explain',
  'based-on': 'replace shadow',
} as const satisfies Partial<Record<keyof typeof OPTIONS, string>>

/** The options that were given. */
export type Values = ReturnType<typeof parse>['values']
type Verb = (rest: readonly string[], values: Values, terminal: RouteTerminal) => Promise<number>

const VERBS: Readonly<Record<string, Verb>> = { list, explain, replace, shadow, versions, restore }

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

/** `freehold route list|explain|replace|shadow|versions|restore`. @returns 0 done, 3 for a file that is not valid @throws UsageError */
async function routeCommand(args: readonly string[], terminal: RouteTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [name = '', ...rest] = positionals
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (!verb)
    throw new UsageError('say what to do: freehold route list, explain, replace, shadow, versions or restore')
  for (const [option, owners] of Object.entries(OF_VERB)) {
    if (!owners.split(' ').includes(name) && Object.hasOwn(values, option)) {
      throw new UsageError(`--${option} belongs to "${owners.replace(' ', '" and "')}", not "${name}"`)
    }
  }
  return orProblems(terminal.err, () => verb(rest, values, terminal))
}

/** Shows, replaces, tries out and restores the routing rules, and says where a request would go. */
export const route: Command & {
  readonly run: (args: readonly string[], terminal: RouteTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Show and replace the routing rules, and see where a request would go',
    usage:
      'freehold route list|versions [--json]\n       freehold route explain [TEXT] [--model NAME|--service NAME] [--class CLASS] [--dialect NAME] [--conversation ID] [--json]\n       freehold route explain --request ID [--json]\n       freehold route replace FILE [--based-on N] [--json]\n       freehold route shadow [set FILE|promote|remove] [--based-on N] [--json]\n       freehold route restore N [--json]',
    options: {
      TEXT: 'the message of the request to explain; nothing is sent to any model',
      '--model NAME': 'the model it asks for (default: one that a target offers)',
      '--service NAME': 'a service instead of a model',
      '--class CLASS': `the class it declares: ${DATA_CLASSES.join(', ')}`,
      '--dialect NAME': `the API it comes through: ${DIALECTS.join(', ')} (default ${DIALECTS[0]})`,
      '--conversation ID': 'the name of its conversation, which a rule with a share goes by',
      '--request ID': 'a request on record instead: its class and model, by the rules of today',
      FILE: 'YAML or JSON with the rules below routes, as in freehold.yaml; - is standard input',
      '--based-on N': 'only if the settings are still at this version',
      shadow: 'the rules on trial: compared with those in force on every request, never acted upon',
      N: 'the version whose targets and rules become the newest; 0 is the empty beginning',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: [
      'freehold route list',
      'freehold route explain "Summarise our contract" --class confidential',
      'freehold route explain --service tts --json',
      'freehold route explain --request req_0123456789abcdef01234567',
      'freehold route replace routes.yaml',
      'freehold route shadow set candidate.yaml',
      'freehold route shadow',
      'freehold route restore 3',
    ],
  }),
  run: routeCommand,
}

function takeNothing(rest: readonly string[], verb: string): void {
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}" after "freehold route ${verb}"`)
}

async function list(rest: readonly string[], { json }: Values, terminal: RouteTerminal): Promise<number> {
  takeNothing(rest, 'list')
  const { method, path, output } = OPERATIONS['route.list']
  const { version, data } = output.parse(await terminal.client.call(method, path))
  if (json) terminal.out(`${JSON.stringify({ version, data })}\n`)
  else if (data.length === 0) terminal.out('No rules. Add some with: freehold route replace FILE\n')
  else terminal.out(`${routeTable(data)}\nThe first rule that fits decides. Settings version ${version}.\n`)
  return EXIT.ok.code
}

async function explain(rest: readonly string[], values: Values, terminal: RouteTerminal): Promise<number> {
  const { method, path, input, output } = OPERATIONS['route.explain']
  const text = rest.join(' ').trim()
  const { model, service, class: declared, dialect, conversation, request, json } = values
  const messages = text === '' ? [] : [{ role: 'user', content: text }]
  const asked = { model, service, class: declared, dialect, conversation, request, messages }
  const checked = input.body.safeParse(asked)
  if (!checked.success) {
    const [issue] = checked.error.issues
    throw new UsageError(`--${String(issue?.path[0] ?? 'model')}: ${issue?.message ?? 'is not valid'}`)
  }
  const explained = output.parse(await terminal.client.call(method, path, asked))
  terminal.out(json ? `${JSON.stringify(explained)}\n` : said(explained))
  return EXIT.ok.code
}

function said(explained: Explanation): string {
  const { class: found, because, rule, shares = [], attempts, skipped, refused, instead, cache } = explained
  const tried = attempts.map(({ target, zone, model, desensitise, masked, group }, at) => [
    `Try ${at + 1}`,
    [
      `${target} (${zone})`,
      ...(model === null ? [] : [`model ${model}`]),
      ...(desensitise === null ? [] : [`desensitise: ${desensitise}${maskedWords(masked)}`]),
      ...(group === undefined ? [] : [`in any order with the others of group ${group}`]),
    ].join(', '),
  ])
  return alignedTable([
    ['Class', `${found} (${because.join(', ')})`],
    ['Rule', rule ?? 'none'],
    ...shares.map(({ rule: one, share, drawn }) => [
      'Share',
      `${one} takes ${percent(share)} of the conversations, ${drawn ? 'also' : 'not'} this one`,
    ]),
    ...tried,
    ...skipped.map(({ target, reason }) => ['Skipped', `${target}: ${reason}`]),
    ...(cache ? [['Kept', `${cache.ttlSeconds} s, for the same request of the same ${cache.scope}`]] : []),
    ...(refused ? [['Refused', `${refused.code}: ${refused.message}`]] : []),
    ...(instead?.rules ?? []).map(({ rule: one, unmet }) => ['Not for it', `${one}, by its ${UNMET[unmet]}`]),
    ...(instead && instead.models.length > 0 ? [['Would answer', instead.models.join(', ')]] : []),
  ])
}

/** What of a request a rule is not for. */
const UNMET = { asked: 'model or service', class: 'class', share: 'share' } as const

const maskedWords = (masked: Readonly<Record<string, number>> = {}): string => {
  const words = Object.entries(masked).map(([type, values]) => `${type} ${values}`)
  return words.length === 0 ? '' : ` (masks ${words.join(', ')})`
}

async function replace(rest: readonly string[], values: Values, terminal: RouteTerminal): Promise<number> {
  const [file] = rest
  if (file === undefined || rest.length > 1)
    throw new UsageError('replace takes one FILE with rules; - is standard input')
  const basedOn = values['based-on']
  const version = basedOn === undefined ? undefined : readVersionNumber(basedOn, '--based-on')
  const routes = await readRoutes(file, { ...terminal, stdin: terminal.stdin ?? process.stdin })
  const { method, path, output } = OPERATIONS['route.replace']
  const answer = output.parse(await terminal.client.call(method, path, { routes, version }))
  const count = routes.length === 1 ? '1 rule is' : `${routes.length} rules are`
  terminal.out(
    values.json
      ? `${JSON.stringify(answer)}\n`
      : `${count} in force after those of the file (settings version ${answer.version}).\n`,
  )
  return EXIT.ok.code
}

async function versions(rest: readonly string[], { json }: Values, terminal: RouteTerminal): Promise<number> {
  takeNothing(rest, 'versions')
  const { method, path, output } = OPERATIONS['routing.versions']
  const found: z.output<typeof settingsVersions>['data'] = []
  let after: string | null = null
  do {
    const query = new URLSearchParams({ limit: '200', ...(after === null ? {} : { after }) })
    const page = output.parse(await terminal.client.call(method, `${path}?${query.toString()}`))
    found.push(...page.data)
    after = page.next
  } while (after !== null)
  if (json) terminal.out(`${JSON.stringify({ data: found })}\n`)
  else if (found.length === 0)
    terminal.out('Nothing was changed yet: targets and rules are those of the file.\n')
  else {
    const rows = found.map((one) => [
      String(one.version),
      `${one.at.slice(0, 16).replace('T', ' ')}Z`,
      String(one.targets),
      String(one.routes),
      one.actor,
    ])
    terminal.out(alignedTable([['VERSION', 'AT', 'TARGETS', 'RULES', 'BY'], ...rows]))
  }
  return EXIT.ok.code
}

async function restore(rest: readonly string[], { json }: Values, terminal: RouteTerminal): Promise<number> {
  const [given] = rest
  if (given === undefined || rest.length > 1)
    throw new UsageError('restore takes one version; see freehold route versions')
  const from = readVersionNumber(given, 'restore')
  const { method, path, output } = OPERATIONS['routing.restore']
  const answer = output.parse(await terminal.client.call(method, path.replace('{version}', String(from))))
  terminal.out(
    json
      ? `${JSON.stringify(answer)}\n`
      : `Version ${from} is in force again, as version ${answer.version}.\n`,
  )
  return EXIT.ok.code
}
