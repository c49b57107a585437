import type { PullView, TargetModels } from '@freehold/contract/offer.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { alignedTable } from './table.ts'
import { EXIT } from './exit-codes.ts'
import type { TargetTerminal } from './target.ts'
import { UsageError } from './terminal.ts'

/** `freehold target models`: what a target offers at this moment. */
export async function showModels(
  rest: readonly string[],
  { json }: { readonly json: boolean },
  { client, out }: TargetTerminal,
): Promise<number> {
  const [name] = rest
  if (name === undefined || rest.length > 1) {
    throw new UsageError('models takes one NAME; see freehold target list')
  }
  const { method, path, output } = OPERATIONS['target.models']
  const answer = output.parse(await client.call(method, path.replace('{name}', encodeURIComponent(name))))
  out(json ? `${JSON.stringify(answer)}\n` : shown(answer))
  return EXIT.ok.code
}

type Model = TargetModels['data'][number]

function shown({ target, version, data, leftOut, pulls }: TargetModels): string {
  const active = pulls.filter(({ state }) => state === 'pulling')
  const parts = [
    data.length === 0
      ? `${target} offers no model.\n`
      : alignedTable([['MODEL', 'ASKED AS', 'SIZE', 'KIND', 'STATE'], ...data.map(row)]),
    ...active.map((one) => `${one.model} is being pulled: ${progressOf(one)}, ${one.status}\n`),
    leftOut > 0 ? `${leftOut} entries of its list are left out: unreadable, twice, or too many.\n` : '',
    version === null ? '' : `Ollama ${version}.\n`,
  ]
  return parts.join('')
}

const row = ({
  id,
  askedAs,
  sizeBytes,
  parameters,
  quantisation,
  contextTokens,
  loaded,
}: Model): string[] => [
  id,
  askedAs.length === 0 ? 'not at all' : askedAs.join(' '),
  sizeBytes === null ? '' : sizeOf(sizeBytes),
  [parameters, quantisation, contextTokens === null ? null : `${contextTokens} tokens`]
    .filter((one) => one !== null)
    .join(' '),
  loaded === null ? '' : 'in memory',
]

/** Decimal units, as Ollama and makers of disks count. */
export const sizeOf = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`

/** `20 % of 5.0 GB`. */
export function progressOf({ completedBytes, totalBytes }: PullView): string {
  const share = totalBytes === 0 ? 0 : completedBytes / totalBytes
  return `${Math.floor(share * 100)} % of ${sizeOf(totalBytes)}`
}
