import { Fault } from '../kernel/fault.ts'
import { RefusedError } from './client.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

/** Each is loaded only when it is called. */
const COMMANDS: Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
> = {
  pack: {
    summary: 'pack the folder of a skill into one file',
    load: async () => (await import('./skill-pack.ts')).skillPack,
  },
  key: {
    summary: 'make a key to sign with',
    load: async () => (await import('./skill-key.ts')).skillKey,
  },
}

/** Everything about skills: what needs no server first, then what a server is asked for. */
export const skill: Command = {
  help: helpText({
    summary: 'Write, test, sign, publish and find skills',
    usage: 'freehold skill COMMAND [OPTIONS]; freehold skill COMMAND --help says more',
    options: Object.fromEntries(Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary])),
    examples: [
      'freehold skill init order-lookup --kind http',
      'freehold skill pack order-lookup',
      'freehold skill pack --help',
    ],
  }),
  async helpOf([name = '']) {
    return (await commandOf(name)?.load())?.help ?? skill.help
  },
  run: skillCommand,
}

const commandOf = (name: string) => (Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined)

/** @returns what the command returns @throws UsageError, RefusedError */
async function skillCommand([name = '', ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  const entry = commandOf(name)
  if (entry === undefined)
    throw new UsageError(`say what to do: freehold skill ${Object.keys(COMMANDS).join(', ')}`)
  const { run } = await entry.load()
  try {
    return await run(rest, terminal)
  } catch (error) {
    // What runs in this process refuses as a server would.
    if (!(error instanceof Fault)) throw error
    throw new RefusedError(error.status, error.code, error.message)
  }
}
