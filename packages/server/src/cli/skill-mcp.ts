import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { z } from 'zod'
import { RefusedError } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import type { SkillTerminal } from './skill-remote.ts'
import { at } from './skill-remote.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type McpTerminal = SkillTerminal & Pick<Terminal, 'signal'>
type Remote = Command & {
  readonly run: (args: readonly string[], terminal: McpTerminal) => Promise<number>
}
type Review = z.output<(typeof OPERATIONS)['skill_tools.review']['output']>
type Change = Review['changes'][number]
type Connection = z.output<(typeof OPERATIONS)['skill_connection.read']['output']>

const NAME = { NAME: 'the name of the skill' }
const flag = { type: 'boolean', default: false } as const

/** What the MCP server of a skill offers, beside what somebody has approved of it. */
export const skillTools: Remote = {
  help: helpText({
    summary: 'Show the tools of the MCP server of a skill, and what of them nobody has approved as it is now',
    usage: 'freehold skill tools NAME [TOOL]… [--approve] [--json]',
    options: {
      ...NAME,
      TOOL: 'only these (default: all that the skill includes)',
      '--approve':
        'let them be called as they are shown; a tool with characters that nobody sees has to be named',
      '--json': 'one line of JSON: {unchanged, changes, gone, approved}',
    },
    examples: ['freehold skill tools tracker', 'freehold skill tools tracker searchIssues --approve'],
  }),
  async run(args, { client, out }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { approve: flag, json: flag },
    })
    const [name, ...tools] = positionals
    if (name === undefined) throw new UsageError('say which skill: freehold skill tools NAME')
    const { method, path, output } = OPERATIONS['skill_tools.review']
    const review = within(output.parse(await client.call(method, at(path, name))), tools)
    const pins = values.approve ? review.changes.map((one) => pinOf(one, tools)) : []
    if (!values.json) tellReview(review, out)
    let approved: string[] = []
    if (pins.length > 0) {
      const approving = OPERATIONS['skill_tools.approve']
      const answer = await client.call(approving.method, at(approving.path, name), { pins })
      approved = approving.output.parse(answer).approved
    }
    if (values.json) out(`${JSON.stringify({ ...review, approved })}\n`)
    else if (approved.length > 0) out(`\nApproved: ${approved.join(', ')}.\n`)
    else if (review.changes.length > 0)
      out(`\nNobody calls these before they are approved: freehold skill tools ${name} --approve\n`)
    return EXIT.ok.code
  },
}

/** @throws UsageError for a tool that the skill does not include */
function within({ unchanged, changes, gone }: Review, tools: readonly string[]): Review {
  if (tools.length === 0) return { unchanged, changes, gone }
  const all = new Set([...unchanged, ...changes.map(({ tool }) => tool), ...gone])
  const strange = tools.find((tool) => !all.has(tool))
  if (strange !== undefined)
    throw new UsageError(`the skill includes no tool "${strange}"; there are: ${[...all].join(', ')}`)
  const isMeant = (tool: string): boolean => tools.includes(tool)
  return {
    unchanged: unchanged.filter(isMeant),
    changes: changes.filter(({ tool }) => isMeant(tool)),
    gone: gone.filter(isMeant),
  }
}

/** @throws UsageError for one that hides something and was not named */
function pinOf({ tool, pin, hidden }: Change, named: readonly string[]): string {
  if (hidden.length > 0 && !named.includes(tool))
    throw new UsageError(
      `"${tool}" has characters that nobody sees. Look at it; to approve it all the same, name it: --approve with ${tool}`,
    )
  return pin
}

function tellReview({ unchanged, changes, gone }: Review, out: Terminal['out']): void {
  const rows = [
    ...unchanged.map((tool) => [tool, 'approved', '']),
    ...changes.map(({ tool, kind, pin }) => [tool, kind, pin.slice(0, 12)]),
    ...gone.map((tool) => [tool, 'gone', '']),
  ]
  if (rows.length === 0) return out('It includes no tools.\n')
  out(alignedTable([['TOOL', 'STATE', 'PIN'], ...rows]))
  for (const change of changes) {
    const { tool, before, now, fields, hidden } = change
    out(`\n${tool}\n`)
    for (const { place, characters } of hidden) out(`  ! hidden in ${place}: ${characters.join(' ')}\n`)
    if (before === null) out(`  ${now.description}\n`)
    for (const field of fields) {
      out(`  ${field} was: ${wordsOf(before?.[field])}\n`)
      out(`  ${field} is:  ${wordsOf(now[field])}\n`)
    }
  }
}

const wordsOf = (value: unknown): string =>
  value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value)

const LOOK_MS = 1000
/** As long as the way back is good. */
const MOST_MS = 10 * 60_000

/** Connects a skill to its MCP server with OAuth. */
export const skillConnect: Remote = {
  help: helpText({
    summary: 'Connect a skill to its MCP server with OAuth: open the address in a browser and allow it there',
    usage: 'freehold skill connect NAME [--no-wait | --state] [--json]',
    options: {
      ...NAME,
      '--no-wait': 'print the address and end; otherwise it is waited for ten minutes',
      '--state': 'begin nothing, and only say how it is connected',
      '--json': 'a line of JSON with the address ({location}), and one with how it is connected',
    },
    examples: [
      'freehold skill connect tracker',
      'freehold skill connect tracker --no-wait --json',
      'freehold skill connect tracker --state',
    ],
  }),
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'no-wait': flag, state: flag, json: flag },
    })
    exactly(positionals, ['NAME'], 'skill connect')
    const [name = ''] = positionals
    const { client, out } = terminal
    if (values.state) return tellConnection(await connectionOf(terminal, name), values, terminal)
    const { method, path, output } = OPERATIONS['skill_connection.begin']
    const { location } = output.parse(await client.call(method, at(path, name)))
    if (location !== null)
      out(values.json ? `${JSON.stringify({ location })}\n` : `Open this in a browser:\n\n  ${location}\n\n`)
    if (values['no-wait']) return EXIT.ok.code
    return tellConnection(await settled(name, terminal), values, terminal)
  },
}

async function connectionOf({ client }: Pick<McpTerminal, 'client'>, name: string): Promise<Connection> {
  const { method, path, output } = OPERATIONS['skill_connection.read']
  return output.parse(await client.call(method, at(path, name)))
}

/** Looks until somebody has allowed or refused it. @throws RefusedError when its time is over */
async function settled(name: string, terminal: McpTerminal): Promise<Connection> {
  const untilMs = Date.now() + MOST_MS
  for (;;) {
    const found = await connectionOf(terminal, name)
    if (found.state !== 'needs_authorisation') return found
    if (Date.now() > untilMs)
      throw new RefusedError(400, 'expired_request', 'Nobody has allowed it within ten minutes. Begin again.')
    await pause(LOOK_MS, undefined, { signal: terminal.signal })
  }
}

function tellConnection(
  found: Connection,
  { json }: { readonly json: boolean },
  { out }: Pick<McpTerminal, 'out'>,
): number {
  const { state, reason, server, issuer, expiresAt } = found
  if (json) out(`${JSON.stringify(found)}\n`)
  else {
    out(`${state}${reason === null ? '' : ` (${reason})`}: ${server}\n`)
    if (issuer !== null) out(`issuer: ${issuer}\n`)
    if (expiresAt !== null) out(`token until: ${expiresAt}\n`)
  }
  return state === 'connected' ? EXIT.ok.code : EXIT.refused.code
}

/** Forgets the tokens of a connection. */
export const skillDisconnect: Remote = {
  help: helpText({
    summary: 'Forget the tokens of a skill for its MCP server',
    usage: 'freehold skill disconnect NAME [--json]',
    options: { ...NAME, '--json': 'one line of JSON: {name, disconnected}' },
    examples: ['freehold skill disconnect tracker'],
  }),
  async run(args, { client, out }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: flag },
    })
    exactly(positionals, ['NAME'], 'skill disconnect')
    const [name = ''] = positionals
    const { method, path } = OPERATIONS['skill_connection.remove']
    await client.call(method, at(path, name))
    out(values.json ? `${JSON.stringify({ name, disconnected: true })}\n` : `${name} is not connected.\n`)
    return EXIT.ok.code
  },
}
