import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { ShadowDifference, shadowState } from '@freehold/contract/shadow.ts'
import type { z } from 'zod'
import { readRoutes } from './definition-file.ts'
import { EXIT } from './exit-codes.ts'
import type { RouteTerminal, Values } from './route.ts'
import { routeTable } from './route-table.ts'
import { alignedTable } from './table.ts'
import { readVersionNumber } from './target.ts'
import { UsageError } from './terminal.ts'

type State = z.output<typeof shadowState>

/** `freehold route shadow [set FILE|promote|remove]`: rules on trial. @throws UsageError */
export async function shadow(
  [verb, ...rest]: readonly string[],
  values: Values,
  terminal: RouteTerminal,
): Promise<number> {
  const basedOn = values['based-on']
  const version = basedOn === undefined ? undefined : readVersionNumber(basedOn, '--based-on')
  if (verb === 'set') return set(rest, { json: values.json, version }, terminal)
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}" after "freehold route shadow ${verb}"`)
  if (verb === 'promote') return promote({ json: values.json, version }, terminal)
  if (version !== undefined) throw new UsageError('--based-on belongs to "shadow set" and "shadow promote"')
  if (verb === 'remove') return remove(values, terminal)
  if (verb !== undefined)
    throw new UsageError('say what to do: freehold route shadow, shadow set FILE, promote or remove')
  const state = await read(terminal)
  terminal.out(values.json ? `${JSON.stringify(state)}\n` : said(state))
  return EXIT.ok.code
}

interface Asked {
  readonly json: boolean
  readonly version: number | undefined
}

async function read({ client }: RouteTerminal): Promise<State> {
  const { method, path, output } = OPERATIONS['shadow.read']
  return output.parse(await client.call(method, path))
}

function said({ version, shadow: trial }: State): string {
  if (trial === null) return 'No rules are on trial. Try some with: freehold route shadow set FILE\n'
  const { routes, since, counts, differing } = trial
  const counted = Object.entries(counts).map(([outcome, count]) => [outcome, String(count)])
  const rows = differing.map((one) => [
    one.request,
    one.class,
    one.outcome,
    sideOf(one.was),
    sideOf(one.wouldBe),
  ])
  return [
    routes.length === 0 ? 'On trial: no rules in the place of those of the settings.\n' : routeTable(routes),
    `\nRequests of this process since ${since.slice(0, 16).replace('T', ' ')}Z:\n`,
    alignedTable(counted),
    ...(rows.length === 0
      ? []
      : ['\n', alignedTable([['REQUEST', 'CLASS', 'OUTCOME', 'WAS', 'WOULD BE'], ...rows])]),
    `\nSettings version ${version}.\n`,
  ].join('')
}

const sideOf = ({ rule, targets, refused }: ShadowDifference['was']): string =>
  `${rule ?? 'no rule'}: ${refused ?? targets.join(', ')}`

async function set(
  [file, ...more]: readonly string[],
  { json, version }: Asked,
  terminal: RouteTerminal,
): Promise<number> {
  if (file === undefined || more.length > 0)
    throw new UsageError('shadow set takes one FILE with rules; - is standard input')
  const routes = await readRoutes(file, { ...terminal, stdin: terminal.stdin ?? process.stdin })
  const { method, path, output } = OPERATIONS['shadow.set']
  const state = output.parse(await terminal.client.call(method, path, { routes, version }))
  const count = routes.length === 1 ? '1 rule is' : `${routes.length} rules are`
  terminal.out(
    json
      ? `${JSON.stringify(state)}\n`
      : `${count} on trial and nothing is done by them (settings version ${state.version}). See freehold route shadow.\n`,
  )
  return EXIT.ok.code
}

/** Without --based-on what is on trial at this moment is meant. */
async function promote({ json, version }: Asked, terminal: RouteTerminal): Promise<number> {
  const { method, path, output } = OPERATIONS['shadow.promote']
  const lookedAt = version ?? (await read(terminal)).version
  const answer = output.parse(await terminal.client.call(method, path, { version: lookedAt }))
  terminal.out(
    json
      ? `${JSON.stringify(answer)}\n`
      : `The rules on trial are in force (settings version ${answer.version}).\n`,
  )
  return EXIT.ok.code
}

async function remove({ json }: Values, { client, out }: RouteTerminal): Promise<number> {
  const { method, path } = OPERATIONS['shadow.remove']
  await client.call(method, path)
  out(json ? `${JSON.stringify({ removed: true })}\n` : 'No rules are on trial any more.\n')
  return EXIT.ok.code
}
