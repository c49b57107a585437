import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { exportQuery, shareInput } from '@freehold/contract/conversations.ts'
import { DATA_CLASSES, dataClass } from '@freehold/contract/data-class.ts'
import { answerChecked } from '@freehold/contract/loop-events.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { z } from 'zod'
import { attachAll, filesAt, listArtifacts, listFiles, showArtifact } from './chat-files.ts'
import { unsupportedIn } from '../assistant/loop/unsupported.ts'
import { RefusedError } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import type { RunTold } from './run-events.ts'
import { runEvents } from './run-events.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

const OPTIONS = {
  conversation: { type: 'string' },
  model: { type: 'string' },
  class: { type: 'string' },
  collection: { type: 'string', multiple: true },
  attach: { type: 'string', multiple: true },
  version: { type: 'string' },
  'max-cost': { type: 'string' },
  temporary: { type: 'boolean', default: false },
  format: { type: 'string', default: 'md' },
  language: { type: 'string' },
  days: { type: 'string' },
  message: { type: 'string' },
  anyone: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
export type ChatValues = ReturnType<typeof parse>['values']
type Values = ChatValues

export type ChatTerminal = Pick<
  Terminal,
  'client' | 'out' | 'err' | 'progress' | 'interactive' | 'signal' | 'cwd'
> & {
  readonly stdin?: NodeJS.ReadableStream
}
export type ChatVerb = (words: readonly string[], values: Values, terminal: ChatTerminal) => Promise<void>

const VERBS: Readonly<Record<string, ChatVerb>> = {
  list,
  show,
  export: exportOne,
  search,
  share,
  unshare,
  delete: remove,
  files: listFiles,
  artifacts: listArtifacts,
  artifact: showArtifact,
}

/** @returns 0 done, 130 stopped by Ctrl-C @throws UsageError, RefusedError */
async function chatCommand(args: readonly string[], terminal: ChatTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  const act = VERBS[verb]
  if (act) {
    await act(words, values, terminal)
    return EXIT.ok.code
  }
  if (values.class !== undefined && !dataClass.safeParse(values.class).success)
    throw new UsageError(`--class must be one of ${DATA_CLASSES.join(', ')}`)
  const maxCost = costIn(values['max-cost'])
  const message = positionals.join(' ').trim()
  if (values.attach && message === '')
    throw new UsageError('--attach goes with a message: freehold chat --attach FILE "What does it say?"')
  const files = await filesAt(values.attach ?? [], terminal)
  const conversation = values.conversation ?? (await begin(values, terminal))
  if (message !== '') {
    const attachments = await attachAll(conversation, files, { values, terminal })
    return turn({ conversation, message, attachments, maxCost, values, terminal })
  }
  return converse(conversation, { values, maxCost }, terminal)
}

async function begin({ temporary, class: of }: Values, { client }: ChatTerminal): Promise<string> {
  const { method, path, output } = OPERATIONS['conversation.create']
  const wish = { temporary, ...(of !== undefined && { class: of }) }
  return output.parse(await client.call(method, path, wish)).id
}

/** A line is a message, until there are no more. */
async function converse(
  conversation: string,
  said: Pick<Turn, 'values' | 'maxCost'>,
  terminal: ChatTerminal,
): Promise<number> {
  const { signal, progress, interactive, err } = terminal
  const lines = createInterface({ input: terminal.stdin ?? process.stdin })
  signal.addEventListener('abort', () => lines.close(), { once: true })
  const prompt = (): void => {
    if (interactive) progress('> ')
  }
  prompt()
  for await (const line of lines) {
    const message = line.trim()
    if (message !== '') {
      const code = await turn({ conversation, message, ...said, terminal })
      if (code !== EXIT.ok.code) return code
    }
    prompt()
  }
  err(`Go on with: freehold chat --conversation ${conversation}`)
  return signal.aborted ? EXIT.interrupted.code : EXIT.ok.code
}

interface Turn {
  readonly conversation: string
  readonly message: string
  /** Ids of files of the conversation. */
  readonly attachments?: readonly string[]
  readonly maxCost: number | undefined
  readonly values: Values
  readonly terminal: ChatTerminal
}

async function turn({
  conversation,
  message,
  attachments = [],
  maxCost,
  values,
  terminal,
}: Turn): Promise<number> {
  const { client, signal, out, err } = terminal
  const { method, path, output } = OPERATIONS['message.send']
  const body = {
    text: message,
    ...(values.model !== undefined && { model: values.model }),
    ...(values.class !== undefined && { class: values.class }),
    ...(values.collection && { collections: values.collection }),
    ...(attachments.length > 0 && { attachments }),
    ...(maxCost !== undefined && { maxCost }),
  }
  const { run } = output.parse(await client.call(method, path.replace('{id}', conversation), body))
  const telling = new AbortController()
  const state: { stopping: Promise<unknown> | null } = { stopping: null }
  // The events go on until the server says that it has stopped.
  const stop = (): void => {
    state.stopping = client
      .call('POST', OPERATIONS['run.stop'].path.replace('{id}', run))
      .catch(() => telling.abort())
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const shown = { text: '', footer: '' }
  try {
    for await (const event of runEvents(client, run, telling.signal)) tell(event, shown, { values, out, err })
  } finally {
    signal.removeEventListener('abort', stop)
  }
  await state.stopping
  if (values.json) out(`${JSON.stringify({ conversation, run, text: shown.text })}\n`)
  else out(`${shown.text.endsWith('\n') ? '' : '\n'}${shown.footer}`)
  return signal.aborted ? EXIT.interrupted.code : EXIT.ok.code
}

/** @throws UsageError */
function costIn(given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const cost = /^\d{1,9}(?:\.\d{1,6})?$/.test(given) ? Number(given) : 0
  if (cost > 0) return cost
  throw new UsageError('--max-cost must be a number above 0, such as 0.5')
}

const words = z.looseObject({ text: z.string() })
const limited = z.looseObject({ limit: z.string() })
const failed = z.looseObject({ error: z.looseObject({ message: z.string(), code: z.string() }) })
const checked = z.looseObject(
  answerChecked.pick({ citations: true, hasSources: true, sentences: true }).shape,
)
const asked = z.looseObject({ approval: z.string(), name: z.string(), arguments: z.string() })

type Shown = { text: string; footer: string }

function tell(
  event: RunTold,
  shown: Shown,
  { values, out, err }: Pick<ChatTerminal, 'out' | 'err'> & { readonly values: Values },
): void {
  if (event.type === 'model.started') {
    // What was said of a step that begins again is void; of one that called tools it stays on the screen.
    if (shown.text !== '' && !values.json) out('\n')
    shown.text = ''
  } else if (event.type === 'text') {
    const { text } = words.parse(event)
    shown.text += text
    if (!values.json) out(text)
  } else if (event.type === 'answer.checked') {
    const seen = checked.parse(event)
    const lines = [
      ...seen.citations.map(
        ({ n, title, documentId, span }) => `[${n}] ${title} (${documentId}, ${span.start}-${span.end})\n`,
      ),
      ...unsupportedIn(shown.text, seen).map(
        (sentence) => `No source says: ${sentence.replaceAll(/\s+/g, ' ')}\n`,
      ),
    ]
    if (lines.length > 0) shown.footer = `\n${lines.join('')}`
  } else if (event.type === 'approval.asked') {
    const { approval, name, arguments: said } = asked.parse(event)
    err(`${name} ${said} waits for you: freehold approval allow ${approval}`)
  } else if (event.type === 'limit.reached') {
    err(`The answer was cut short: its limit of ${limited.parse(event).limit} was reached.`)
  } else if (event.type === 'run.failed') {
    const { error } = failed.parse(event)
    throw new RefusedError(0, error.code, error.message)
  } else if (event.type === 'run.interrupted') {
    throw new RefusedError(
      0,
      'interrupted',
      'The run was interrupted. Go on with it where you see its conversation.',
    )
  }
}

async function list(
  given: readonly string[],
  { json }: Values,
  { client, out }: ChatTerminal,
): Promise<void> {
  exactly(given, [], 'chat list')
  const { method, path, output } = OPERATIONS['conversation.list']
  const { data, next } = output.parse(await client.call(method, `${path}?limit=200`))
  if (json) return out(`${JSON.stringify({ data, next })}\n`)
  if (data.length === 0) return out('No conversations yet. Begin one with: freehold chat\n')
  const rows = data.map((one) => [one.id, one.updatedAt, one.class, one.title ?? '-'])
  out(alignedTable([['ID', 'LAST', 'CLASS', 'TITLE'], ...rows]))
}

async function fileOf(
  id: string,
  { format, language }: { readonly format: string; readonly language?: string | undefined },
  { client, signal }: ChatTerminal,
): Promise<string> {
  const path = OPERATIONS['conversation.export'].path.replace('{id}', id)
  const query = new URLSearchParams({ format, ...(language !== undefined && { language }) })
  const response = await client.follow(`${path}?${query.toString()}`, signal)
  const parts: Buffer[] = []
  for await (const part of (response ?? []) as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

async function show(given: readonly string[], { json }: Values, terminal: ChatTerminal): Promise<void> {
  exactly(given, ['ID'], 'chat show')
  terminal.out(`${(await fileOf(given[0] ?? '', { format: json ? 'json' : 'md' }, terminal)).trimEnd()}\n`)
}

async function exportOne(
  given: readonly string[],
  { format, language }: Values,
  terminal: ChatTerminal,
): Promise<void> {
  exactly(given, ['ID'], 'chat export')
  const wish = exportQuery.safeParse({ format, ...(language !== undefined && { language }) })
  if (!wish.success) throw new UsageError('--format must be md, json or html, and --language en or zh-CN')
  terminal.out(`${(await fileOf(given[0] ?? '', wish.data, terminal)).trimEnd()}\n`)
}

async function share(
  given: readonly string[],
  { json, days, anyone, message }: Values,
  { client, out }: ChatTerminal,
): Promise<void> {
  exactly(given, ['ID'], 'chat share')
  const wish = shareInput.safeParse({
    ...(days !== undefined && { days: Number(days) }),
    ...(anyone && { audience: 'anyone' }),
    ...(message !== undefined && { message, only: true }),
  })
  if (!wish.success) {
    const isMessage = wish.error.issues.some(({ path: [field] }) => field === 'message')
    throw new UsageError(
      isMessage ? '--message must be the id of a message' : '--days must be a whole number from 1 to 365',
    )
  }
  const { method, path, output } = OPERATIONS['share.create']
  const made = output.parse(await client.call(method, path.replace('{id}', given[0] ?? ''), wish.data))
  if (json) return out(`${JSON.stringify(made)}\n`)
  out(`${made.path ?? OPERATIONS['share.read'].path.replace('{id}', made.token)}\n`)
}

async function unshare(
  given: readonly string[],
  { json }: Values,
  { client, out }: ChatTerminal,
): Promise<void> {
  exactly(given, ['SHARE'], 'chat unshare')
  const [id = ''] = given
  const { method, path } = OPERATIONS['share.revoke']
  await client.call(method, path.replace('{id}', id))
  out(json ? `${JSON.stringify({ id, revoked: true })}\n` : 'It is shared no longer.\n')
}

async function search(
  given: readonly string[],
  { json, conversation: id }: Values,
  { client, out }: ChatTerminal,
): Promise<void> {
  const query = given.join(' ').trim()
  if (query === '') throw new UsageError('chat search needs words: freehold chat search "swallows"')
  if (id !== undefined) {
    const find = OPERATIONS['conversation.find']
    const answer = await client.call(find.method, find.path.replace('{id}', id), { text: query })
    const { hits, complete } = find.output.parse(answer)
    if (json) return out(`${JSON.stringify({ hits, complete })}\n`)
    if (hits.length === 0) return out('Nothing was found.\n')
    for (const { message, role, at, snippet } of hits) out(`${message}  ${at}  ${role}\n    ${snippet}\n`)
    return
  }
  const { method, path, output } = OPERATIONS['conversation.search']
  const { hits } = output.parse(await client.call(method, path, { query }))
  if (json) return out(`${JSON.stringify({ hits })}\n`)
  if (hits.length === 0) return out('Nothing was found.\n')
  for (const { conversation, title, snippet } of hits)
    out(`${conversation}  ${title ?? '-'}\n    ${snippet}\n`)
}

async function remove(
  given: readonly string[],
  { json }: Values,
  { client, out }: ChatTerminal,
): Promise<void> {
  exactly(given, ['ID'], 'chat delete')
  const [id = ''] = given
  const { method, path } = OPERATIONS['conversation.delete']
  await client.call(method, path.replace('{id}', id))
  out(json ? `${JSON.stringify({ id, deleted: true })}\n` : 'The conversation is deleted.\n')
}

/** Converses, streams the answers, and stops the model on Ctrl-C. */
export const chat: Command & {
  readonly run: (args: readonly string[], terminal: ChatTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Converse with a model; list, search and export conversations',
    usage: [
      'freehold chat [--conversation ID] [--model NAME] [--class CLASS] [--attach FILE]… [--max-cost N] [--temporary] [--json] [MESSAGE]',
      'freehold chat list | show ID | search WORDS [--conversation ID] | delete ID [--json]',
      'freehold chat export ID [--format md|json|html] [--language en|zh-CN]',
      'freehold chat share ID [--message MESSAGE] [--days DAYS] [--anyone] [--json] | unshare SHARE',
      'freehold chat files ID | artifacts ID | artifact ARTIFACT [--version N] [--json]',
    ].join('\n       '),
    options: {
      MESSAGE: 'one message and its answer; without one every line that comes in is a message',
      '--conversation ID':
        'go on with this conversation (default: a new one); search: only in this one, as it was said',
      '--model NAME': 'the model to ask (default: the one that answered before, or conversations.model)',
      '--collection ID': 'look only in this collection (repeatable)',
      '--attach FILE': 'a file that the message is about (repeatable); its text is told to the model',
      '--max-cost N': "what the answer may cost at most, in the unit of the targets' prices",
      '--class CLASS': `raise the class of the conversation: ${DATA_CLASSES.join(', ')}`,
      '--temporary': 'a conversation that is deleted by itself and never found by a search',
      '--version N': 'artifact: which version (default: the newest)',
      '--format FORMAT':
        'export: md or html (to be printed), the branch that was spoken in last; json, everything (default md)',
      '--language LANGUAGE': 'of an export as html: en or zh-CN (default en)',
      '--message MESSAGE': 'share: only this answer and its question',
      '--days DAYS': 'share: for how long (default 30)',
      '--anyone':
        'share with whoever has the link, not only with people of the tenant; prints the path of its page',
      '--json': 'one line of JSON for each answer: {conversation, run, text}',
    },
    examples: [
      'freehold chat "How do I create an API key?"',
      'freehold chat list',
      'freehold chat search keys',
      'freehold chat --attach ./contract.pdf "When does it end?"',
    ],
  }),
  run: chatCommand,
}
