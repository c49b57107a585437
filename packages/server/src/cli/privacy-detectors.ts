import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { alignedTable } from './table.ts'
import type { Terminal } from './terminal.ts'

type DetectorsTerminal = Pick<Terminal, 'out'> & { readonly client: Pick<Client, 'call'> }

/** The detectors of the configuration, and how they do. @returns 0 @throws RefusedError */
export async function showDetectors(json: boolean, { client, out }: DetectorsTerminal): Promise<number> {
  const { method, path, output } = OPERATIONS['privacy.detectors']
  const view = output.parse(await client.call(method, path))
  if (json) {
    out(`${JSON.stringify(view)}\n`)
    return EXIT.ok.code
  }
  if (view.detectors.length === 0) {
    out('Only the built-in detector looks: `detectors` of the configuration is empty.\n')
    return EXIT.ok.code
  }
  const rows = view.detectors.map((one) => [
    one.name,
    one.kind,
    one.required ? 'yes' : 'no',
    one.state,
    String(one.calls),
    String(one.failures),
    one.lastFailure ?? '',
  ])
  const head = ['NAME', 'KIND', 'REQUIRED', 'STATE', 'CALLS', 'FAILURES', 'LAST FAILURE']
  out(alignedTable([head, ...rows], ['CALLS', 'FAILURES']))
  return EXIT.ok.code
}
