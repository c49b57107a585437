import { Fault } from '../kernel/fault.ts'
import { RefusedError } from './client.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

/** Each is loaded only when it is called. */
const COMMANDS: Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
> = {
  init: {
    summary: 'make the folder of a new skill, with tests',
    load: async () => (await import('./skill-init.ts')).skillInit,
  },
  test: {
    summary: 'run the tests of a skill',
    load: async () => (await import('./skill-test.ts')).skillTest,
  },
  check: {
    summary: 'find what is wrong with a skill before anything of it runs',
    load: async () => (await import('./skill-check.ts')).skillCheck,
  },
  review: {
    summary: 'decide about skills whose check asks for a person',
    load: async () => (await import('./skill-review.ts')).skillReview,
  },
  pack: {
    summary: 'pack the folder of a skill into one file',
    load: async () => (await import('./skill-pack.ts')).skillPack,
  },
  import: {
    summary: 'make a skill of an OpenAPI document, a SKILL.md folder or MCP servers',
    load: async () => (await import('./skill-import.ts')).skillImport,
  },
  describe: {
    summary: 'write the SKILL.md by which other programs find a skill',
    load: async () => (await import('./skill-describe.ts')).skillDescribe,
  },
  key: {
    summary: 'make a key to sign with',
    load: async () => (await import('./skill-key.ts')).skillKey,
  },
  install: {
    summary: 'install a skill on a server',
    load: async () => (await import('./skill-install.ts')).skillInstall,
  },
  update: {
    summary: 'install another version beside the one that is called, and switch to it',
    load: async () => (await import('./skill-install.ts')).skillUpdating,
  },
  list: {
    summary: 'list the skills of a server',
    load: async () => (await import('./skill-standing.ts')).skillList,
  },
  show: {
    summary: 'show a skill: its versions, what it may do, and its operations',
    load: async () => (await import('./skill-standing.ts')).skillShow,
  },
  approve: {
    summary: 'say yes to what a version may do',
    load: async () => (await import('./skill-standing.ts')).skillApprove,
  },
  switch: {
    summary: 'call another version that is installed',
    load: async () => (await import('./skill-standing.ts')).skillSwitch,
  },
  canary: {
    summary: 'try a version on some calls',
    load: async () => (await import('./skill-standing.ts')).skillCanary,
  },
  rollback: {
    summary: 'end a canary, or go back to the version before',
    load: async () => (await import('./skill-standing.ts')).skillRollback,
  },
  revoke: {
    summary: 'revoke a version',
    load: async () => (await import('./skill-standing.ts')).skillRevoke,
  },
  enable: {
    summary: 'switch a skill on again',
    load: async () => (await import('./skill-standing.ts')).skillEnable,
  },
  disable: {
    summary: 'switch a skill off',
    load: async () => (await import('./skill-standing.ts')).skillDisable,
  },
  remove: {
    summary: 'remove a skill',
    load: async () => (await import('./skill-standing.ts')).skillRemove,
  },
  secret: {
    summary: 'store or forget a secret of a skill',
    load: async () => (await import('./skill-call.ts')).skillSecret,
  },
  call: {
    summary: 'call an operation of a skill',
    load: async () => (await import('./skill-call.ts')).skillCall,
  },
  tools: {
    summary: 'show what the MCP server of a skill offers, and approve it',
    load: async () => (await import('./skill-mcp.ts')).skillTools,
  },
  connect: {
    summary: 'connect a skill to its MCP server',
    load: async () => (await import('./skill-mcp.ts')).skillConnect,
  },
  disconnect: {
    summary: 'forget the tokens of a skill for its MCP server',
    load: async () => (await import('./skill-mcp.ts')).skillDisconnect,
  },
  figures: {
    summary: 'show how calls of each version went',
    load: async () => (await import('./skill-standing.ts')).skillFigures,
  },
  api: {
    summary: 'print what this version is to skills',
    load: async () => (await import('./skill-api.ts')).skillApi,
  },
  policy: {
    summary: 'show or say what must vouch for skills',
    load: async () => (await import('./skill-call.ts')).skillPolicy,
  },
  sign: {
    summary: 'sign a bundle, or certify it',
    load: async () => (await import('./skill-sign.ts')).skillSign,
  },
  verify: {
    summary: 'verify a bundle, without a network',
    load: async () => (await import('./skill-verify.ts')).skillVerify,
  },
  publish: {
    summary: 'publish a bundle to a registry, a directory or a stick',
    load: async () => (await import('./skill-publish.ts')).skillPublish,
  },
  search: {
    summary: 'find skills in a repository',
    load: async () => (await import('./skill-search.ts')).skillSearch,
  },
  index: {
    summary: 'run the catalogue of a repository: add, revoke, refresh, rotate, mirror',
    load: async () => (await import('./skill-index.ts')).skillIndex,
  },
  trust: {
    summary: 'write a trust root: whose skills are believed here',
    load: async () => (await import('./skill-trust.ts')).skillTrust,
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
