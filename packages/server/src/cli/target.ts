import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { targetList } from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import type { Client } from './client.ts'
import { alignedTable } from './table.ts'
import type { FileReading } from './definition-file.ts'
import { orProblems, readTarget } from './definition-file.ts'
import { EXIT } from './exit-codes.ts'
import { revealed } from './revealed-target.ts'
import { showModels } from './target-models.ts'
import { pullModel } from './target-pull.ts'
import { tryTarget } from './target-trial.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

export type TargetTerminal = Pick<
  Terminal,
  'out' | 'err' | 'cwd' | 'env' | 'progress' | 'interactive' | 'signal'
> & {
  readonly client: Pick<Client, 'call'>
  readonly stdin?: FileReading['stdin']
}

interface Asked {
  readonly json: boolean
  readonly basedOn: number | undefined
  readonly resume: boolean
  readonly call: boolean
  readonly model: string | undefined
  readonly cancel: boolean
  readonly detach: boolean
}

const VERBS: Readonly<
  Record<string, (rest: readonly string[], asked: Asked, terminal: TargetTerminal) => Promise<number>>
> = { list, put, drain, delete: remove, test: tryTarget, models: showModels, pull: pullModel }
/** Options of one verb only. */
const BELONGS = {
  'based-on': 'put',
  resume: 'drain',
  call: 'test',
  model: 'test',
  cancel: 'pull',
  detach: 'pull',
} as const

/** `freehold target list|put|drain|delete|test|models|pull`. @returns 0 done, 1 for what failed, 3 for a file that is not valid @throws UsageError */
async function targetCommand(args: readonly string[], terminal: TargetTerminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      resume: { type: 'boolean' },
      'based-on': { type: 'string' },
      call: { type: 'boolean' },
      model: { type: 'string' },
      cancel: { type: 'boolean' },
      detach: { type: 'boolean' },
    },
    allowPositionals: true,
  })
  const [name = '', ...rest] = positionals
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (!verb)
    throw new UsageError('say what to do: freehold target list, put, drain, delete, test, models or pull')
  for (const [option, owner] of Object.entries(BELONGS)) {
    if (Object.hasOwn(values, option) && name !== owner) {
      throw new UsageError(`--${option} belongs to "${owner}", not "${name}"`)
    }
  }
  const { json, resume = false, call = false, model, cancel = false, detach = false } = values
  const given = values['based-on']
  const basedOn = given === undefined ? undefined : readVersionNumber(given, '--based-on')
  return orProblems(terminal.err, () =>
    verb(rest, { json, basedOn, resume, call, model, cancel, detach }, terminal),
  )
}

/** `what` names the option or word it came from. @throws UsageError */
export function readVersionNumber(text: string, what: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UsageError(`${what}: "${text}" is not the number of a version; see freehold route versions`)
}

/** Shows, creates, drains and deletes targets. */
export const target: Command & {
  readonly run: (args: readonly string[], terminal: TargetTerminal) => Promise<number>
} = {
  help: helpText({
    summary:
      'List, create, drain, delete and try the models and services that requests may go to, and see what they offer',
    usage:
      'freehold target list [--json]\n       freehold target put FILE [--based-on N] [--json]\n       freehold target drain NAME [--resume] [--json]\n       freehold target delete NAME [--json]\n       freehold target test NAME|FILE [--call] [--model M] [--json]\n       freehold target models NAME [--json]\n       freehold target pull NAME MODEL [--detach|--cancel] [--json]',
    options: {
      FILE: 'YAML or JSON with the fields of one target, as below targets in freehold.yaml; - is standard input',
      '--based-on N': 'put only if the settings are still at this version',
      '--resume': 'drain uses the target again',
      NAME: 'a target that is in use; for test, what is no such name is a FILE with one that is not saved',
      '--call': 'test also sends a fixed harmless text, for an answer of one token: it may cost money',
      '--model M': 'for --call; otherwise the first that the target offers',
      '--json':
        'one line of JSON: {version, data: […]} for list, {version, target} for put and drain, what was seen for test',
    },
    examples: [
      'freehold target list',
      'freehold target put house.yaml',
      'echo "{name: tts, kind: service, zone: private, url: http://10.0.1.5:8080}" | freehold target put -',
      'freehold target drain house',
      'freehold target drain house --resume',
      'freehold target delete house',
      'freehold target test house.yaml',
      'freehold target test house --call --model qwen3-32b',
      'freehold target models house',
      'freehold target pull house llama3.2:1b',
    ],
  }),
  run: targetCommand,
}

async function list(rest: readonly string[], { json }: Asked, terminal: TargetTerminal): Promise<number> {
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}" after "freehold target list"`)
  const { method, path, output } = OPERATIONS['target.list']
  const { version, data } = output.parse(await terminal.client.call(method, path))
  if (json) terminal.out(`${JSON.stringify({ version, data })}\n`)
  else if (data.length === 0)
    terminal.out('No targets: everything is answered here. Add one with: freehold target put FILE\n')
  else terminal.out(`${table(data)}\nSettings version ${version}.\n`)
  return EXIT.ok.code
}

type View = z.output<typeof targetList>['data'][number]

function table(targets: readonly View[]): string {
  const rows = targets.map((one) => [
    one.name,
    // What is at least done to what leaves.
    one.desensitise === undefined ? one.zone : `${one.zone} (${one.desensitise})`,
    one.dialect ?? one.kind,
    one.origin,
    one.auth.kind === 'none' && one.tls.clientCertificate ? 'certificate' : one.auth.kind,
    one.record,
    one.url,
    stateOf(one),
    one.problems.length > 0
      ? `NOT IN USE: ${one.problems.map(({ message }) => message).join('; ')}`
      : modelsOf(one),
  ])
  const heads = ['NAME', 'ZONE', 'SPEAKS', 'FROM', 'AUTH', 'RECORD', 'URL', 'STATE', 'MODELS']
  return alignedTable([heads, ...rows])
}

/** `left alone for 4 s (qwen3-32b)` where calls are not made for a while. */
function unlisted(discovery: View['discovery']): readonly string[] {
  if (discovery === null || discovery.failure === null) return []
  const since = discovery.ageMs === null ? '' : ` for ${Math.floor(discovery.ageMs / 1000)} s`
  return [`models not listed${since} (${discovery.failure.code})`]
}

function stateOf({ circuits, health, load, drained, inFlight, discovery }: View): string {
  if (drained) return `drained, ${inFlight} under way`
  const of = (model: string | null): string => (model === null ? '' : ` (${model})`)
  const away = circuits.flatMap(({ model, state, retryInMs }) => {
    if (state === 'half_open') return [`being tried again${of(model)}`]
    if (state !== 'open') return []
    // With a probe it is not the time alone that brings it back.
    return [
      `left alone ${retryInMs === 0 ? 'until its probe passes' : `for ${secondsOf(retryInMs)}`}${of(model)}`,
    ]
  })
  const ejected = load.flatMap(({ model, ejectedForMs }) =>
    ejectedForMs === null ? [] : [`out of its groups for ${secondsOf(ejectedForMs)}${of(model)}`],
  )
  const growing = load.flatMap(({ model, share }) =>
    share < 1 && health !== 'unhealthy' ? [`coming back with ${Math.round(share * 100)} %${of(model)}`] : [],
  )
  const states = [
    ...(health === 'unhealthy' ? ['its probe fails'] : []),
    ...away,
    ...ejected,
    ...growing,
    ...unlisted(discovery),
  ]
  return states.length === 0 ? 'ok' : states.join(', ')
}

const secondsOf = (ms: number | null): string => `${Math.ceil((ms ?? 0) / 1000)} s`

function modelsOf({ models }: View): string {
  if (models === null) return ''
  if (Array.isArray(models)) return models.join(' ')
  return Object.entries(models)
    .map(([asked, own]) => (asked === own ? asked : `${asked}=${own}`))
    .join(' ')
}

async function put(
  rest: readonly string[],
  { json, basedOn }: Asked,
  terminal: TargetTerminal,
): Promise<number> {
  const [file] = rest
  if (file === undefined || rest.length > 1)
    throw new UsageError('put takes one FILE with one target; - is standard input')
  const definition = await readTarget(file, { ...terminal, stdin: terminal.stdin ?? process.stdin })
  const { method, path, output } = OPERATIONS['target.put']
  const body = { target: revealed(definition), version: basedOn }
  const answer = await terminal.client.call(
    method,
    path.replace('{name}', encodeURIComponent(definition.name)),
    body,
  )
  const { version, target: made } = output.parse(answer)
  terminal.out(
    json
      ? `${JSON.stringify({ version, target: made })}\n`
      : `Target ${made.name} is in use (settings version ${version}).\n`,
  )
  return EXIT.ok.code
}

async function drain(
  rest: readonly string[],
  { json, resume }: Asked,
  terminal: TargetTerminal,
): Promise<number> {
  const [name] = rest
  if (name === undefined || rest.length > 1)
    throw new UsageError('drain takes one NAME; see freehold target list')
  const { method, path, output } = OPERATIONS[resume ? 'target.resume' : 'target.drain']
  const answer = await terminal.client.call(method, path.replace('{name}', encodeURIComponent(name)))
  const { version, target: view } = output.parse(answer)
  const said = resume
    ? `Target ${name} is used again (settings version ${version}).\n`
    : `Target ${name} gets no new requests (settings version ${version}); ${view.inFlight} under way in this process. See freehold target list.\n`
  terminal.out(json ? `${JSON.stringify({ version, target: view })}\n` : said)
  return EXIT.ok.code
}

async function remove(rest: readonly string[], { json }: Asked, terminal: TargetTerminal): Promise<number> {
  const [name] = rest
  if (name === undefined || rest.length > 1)
    throw new UsageError('delete takes one NAME; see freehold target list')
  const { method, path } = OPERATIONS['target.delete']
  await terminal.client.call(method, path.replace('{name}', encodeURIComponent(name)))
  terminal.out(json ? `${JSON.stringify({ name, deleted: true })}\n` : `Target ${name} is deleted.\n`)
  return EXIT.ok.code
}
