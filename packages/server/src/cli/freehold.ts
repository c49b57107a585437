import { resolve } from 'node:path'
import { createClient, RefusedError, UnreachableError } from './client.ts'
import { defaultDataDirectory } from './data-directory.ts'
import { EXIT } from './exit-codes.ts'
import { programVersion } from './program-version.ts'
import type { Command, Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

/** Each command is loaded only when it is called, so that `--help` answers at once. */
const COMMANDS: Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
> = {
  up: { summary: 'Start Freehold', load: async () => (await import('./up.ts')).up },
  ask: {
    summary: 'Ask a question and get quoted, cited sentences',
    load: async () => (await import('./ask.ts')).ask,
  },
  chat: {
    summary: 'Converse with a model; list, search and export conversations',
    load: async () => (await import('./chat.ts')).chat,
  },
  add: { summary: 'Add files or folders to the knowledge', load: async () => (await import('./add.ts')).add },
  document: {
    summary: 'Say who may read a document, and the documents of a collection',
    load: async () => (await import('./document.ts')).document,
  },
  source: {
    summary: 'Bring documents in by themselves: from folders, buckets, repositories, mailboxes and the web',
    load: async () => (await import('./source.ts')).source,
  },
  skill: {
    summary: 'Write, test, sign, publish and find skills',
    load: async () => (await import('./skill.ts')).skill,
  },
  key: { summary: 'Create, list and revoke API keys', load: async () => (await import('./key.ts')).key },
  approval: {
    summary: 'Approve or deny what tools would do in your runs',
    load: async () => (await import('./approval.ts')).approval,
  },
  user: {
    summary: 'Invite people, look after their accounts, and hand out or erase what is held of them',
    load: async () => (await import('./user.ts')).user,
  },
  tenant: {
    summary: 'Make tenants and look after them',
    load: async () => (await import('./tenant.ts')).tenant,
  },
  group: {
    summary: 'Make groups of people, and say what their members may do',
    load: async () => (await import('./group.ts')).group,
  },
  role: {
    summary: 'Show what roles may do, and make roles of your own',
    load: async () => (await import('./role.ts')).role,
  },
  service: {
    summary: 'Make service accounts: programs that act in their own name',
    load: async () => (await import('./service.ts')).service,
  },
  policy: {
    summary: 'Show and replace the policies, and see who may do what by them',
    load: async () => (await import('./policy.ts')).policy,
  },
  identity: {
    summary: 'List identity providers that people sign in with, and test them',
    load: async () => (await import('./identity.ts')).identity,
  },
  upgrade: {
    summary: 'Try another version of Freehold on every skill, before it is installed',
    load: async () => (await import('./upgrade.ts')).upgrade,
  },
  hold: {
    summary: 'Add, list and lift legal holds: what they cover neither runs out nor is erased',
    load: async () => (await import('./hold.ts')).hold,
  },
  'break-glass': {
    summary: 'Arm, use and disarm the emergency account',
    load: async () => (await import('./break-glass.ts')).breakGlass,
  },
  request: {
    summary: 'Show what is kept of requests',
    load: async () => (await import('./request.ts')).request,
  },
  usage: {
    summary: 'Add up requests, tokens and money',
    load: async () => (await import('./usage.ts')).usage,
  },
  budget: {
    summary: 'Show budgets: what may be spent today and this month, and what is',
    load: async () => (await import('./budget.ts')).budget,
  },
  route: {
    summary: 'Show and replace the routing rules, and see where a request would go',
    load: async () => (await import('./route.ts')).route,
  },
  target: {
    summary: 'List, create, delete and try models and services that requests may go to',
    load: async () => (await import('./target.ts')).target,
  },
  privacy: {
    summary: 'Find personal data and secrets in files, and list what else is to be found',
    load: async () => (await import('./privacy.ts')).privacy,
  },
  intent: {
    summary: 'Train the recogniser of intents on examples of yours, and count how often it is right',
    load: async () => (await import('./intent.ts')).intent,
  },
  embeddings: {
    summary: 'Show how far the vectors of knowledge are, and what keeps them',
    load: async () => (await import('./embeddings.ts')).embeddings,
  },
  cache: {
    summary: 'Show and purge the answers that are kept for requests that come again',
    load: async () => (await import('./cache.ts')).cache,
  },
  audit: {
    summary: 'Search, export and verify the record of what was done',
    load: async () => (await import('./audit.ts')).audit,
  },
  storage: {
    summary: 'Try the object store of the configuration',
    load: async () => (await import('./storage.ts')).storage,
  },
  kek: {
    summary: 'Show, rotate and destroy the keys under which everything is encrypted',
    load: async () => (await import('./kek.ts')).kek,
  },
  config: {
    summary: 'Check and explain the configuration',
    load: async () => (await import('./config.ts')).config,
  },
}

const GLOBAL = `Options of every command:
  --data DIR    the data directory, whose control socket is the way in (FREEHOLD_DATA)
  --url URL     another server instead, with the API key in FREEHOLD_KEY (FREEHOLD_URL),
                or the session of "freehold break-glass use" in FREEHOLD_SESSION
  --help        what a command does, with examples
  --version     the version of this program
`

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length))
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  return `Freehold: the AI assistant platform a team owns outright.

Usage: freehold COMMAND [OPTIONS]

${lines.join('\n')}

${GLOBAL}
Examples:
  freehold up
  freehold add handbook.pdf
  freehold ask "Where is my data stored?"
`
}

interface CommandLine {
  readonly name: string | undefined
  readonly args: readonly string[]
  readonly data: string | undefined
  readonly url: string | undefined
  readonly wantsHelp: boolean
}

/** Takes the options of every command out of the line, wherever they stand before `--`. */
function readCommandLine(argv: readonly string[]): CommandLine {
  const args: string[] = []
  const taken = new Map<string, string>()
  let wantsHelp = false
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    const match = /^--(data|url)(?:=(.*))?$/s.exec(word)
    if (word === '--') {
      args.push(...argv.slice(at))
      break
    }
    if (match) {
      const value = match[2] ?? argv[(at += 1)]
      if (value === undefined || value === '') throw new UsageError(`--${match[1]} needs a value`)
      taken.set(match[1] ?? '', value)
    } else if (word === '--help' || word === '-h') wantsHelp = true
    else args.push(word)
  }
  const [name, ...rest] = args
  return { name, args: rest, data: taken.get('data'), url: taken.get('url'), wantsHelp }
}

async function main(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv)
  if (line.name === '--version' || line.name === '-V' || line.name === 'version') {
    process.stdout.write(`${programVersion()}\n`)
    return EXIT.ok.code
  }
  const entry = line.name === undefined ? undefined : COMMANDS[line.name]
  if (!entry) {
    const asked = line.name === undefined || line.name === 'help'
    if (asked && (line.wantsHelp || line.name === 'help')) {
      process.stdout.write(overview())
      return EXIT.ok.code
    }
    process.stderr.write(
      line.name === undefined
        ? overview()
        : `freehold: there is no command "${line.name}"; see freehold --help\n`,
    )
    return EXIT.usage.code
  }
  const command = await entry.load()
  if (line.wantsHelp) {
    const help = (await command.helpOf?.(line.args)) ?? command.help
    process.stdout.write(`${help}\n${GLOBAL}`)
    return EXIT.ok.code
  }
  return command.run(line.args, terminalOf(line))
}

function terminalOf(line: CommandLine): Terminal {
  const { env } = process
  const data = resolve(line.data ?? defaultDataDirectory(env, process.getuid?.()))
  const stop = interruption()
  return {
    env,
    cwd: process.cwd(),
    data,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(`${text}\n`),
    progress: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb',
    signal: stop,
    client: createClient({
      data,
      url: line.url ?? env['FREEHOLD_URL'],
      key: env['FREEHOLD_KEY'],
      session: env['FREEHOLD_SESSION'],
    }),
  }
}

const IMPATIENT_MS = 1000

/** Aborted by the first Ctrl-C. A terminal and the launcher may both deliver it; a later one ends the program at once. */
function interruption(): AbortSignal {
  const stop = new AbortController()
  let firstMs = 0
  process.on('SIGINT', () => {
    if (!stop.signal.aborted) {
      firstMs = performance.now()
      stop.abort(new Error('interrupted'))
    } else if (performance.now() - firstMs > IMPATIENT_MS) process.exit(EXIT.interrupted.code)
  })
  return stop.signal
}

/** What a person reads and what a script sees when a command ends badly. */
function ended(error: unknown): number {
  const say = (text: string): void => void process.stderr.write(`freehold: ${text}\n`)
  if (error instanceof UsageError) {
    say(error.message)
    return EXIT.usage.code
  }
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    say(error.message.split('. ')[0] ?? '')
    return EXIT.usage.code
  }
  if (error instanceof RefusedError) {
    say(error.message)
    return EXIT.refused.code
  }
  if (error instanceof UnreachableError) {
    say(error.message)
    return EXIT.unreachable.code
  }
  if (error instanceof Error && (error.name === 'AbortError' || error.message === 'interrupted'))
    return EXIT.interrupted.code
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return EXIT.refused.code
}

/** A reader or terminal that went away ends a command; the server goes on and learns of its end by a signal. */
function readerGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  if (process.argv[2] !== 'up') process.exit(EXIT.ok.code)
}

process.stdout.on('error', readerGone)
process.stderr.on('error', readerGone)
process.exitCode = await main(process.argv.slice(2)).catch(ended)
