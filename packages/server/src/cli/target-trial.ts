import type { TargetTestResult } from '@freehold/contract/offer.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { targetName } from '@freehold/contract/routing.ts'
import { readTarget } from './definition-file.ts'
import { EXIT } from './exit-codes.ts'
import { revealed } from './revealed-target.ts'
import type { TargetTerminal } from './target.ts'
import { UsageError } from './terminal.ts'

interface Asked {
  readonly json: boolean
  readonly call: boolean
  readonly model: string | undefined
}

/** `freehold target test`. @returns 0 when no step failed, otherwise 1 */
export async function tryTarget(
  rest: readonly string[],
  { json, call, model }: Asked,
  terminal: TargetTerminal,
): Promise<number> {
  const [subject] = rest
  if (subject === undefined || rest.length > 1) {
    throw new UsageError('test takes the NAME of a target, or a FILE with one; - is standard input')
  }
  if (model !== undefined && !call) throw new UsageError('--model belongs to --call')
  const result = targetName.safeParse(subject).success
    ? await tryNamed(subject, { call, model }, terminal)
    : await tryFile(subject, { call, model }, terminal)
  terminal.out(json ? `${JSON.stringify(result)}\n` : shown(result))
  return result.ok ? EXIT.ok.code : EXIT.refused.code
}

type Calling = Pick<Asked, 'call' | 'model'>

async function tryNamed(name: string, asked: Calling, { client }: TargetTerminal): Promise<TargetTestResult> {
  const { method, path, output } = OPERATIONS['target.test']
  return output.parse(await client.call(method, path.replace('{name}', name), asked))
}

async function tryFile(file: string, asked: Calling, terminal: TargetTerminal): Promise<TargetTestResult> {
  const definition = await readTarget(file, { ...terminal, stdin: terminal.stdin ?? process.stdin })
  const { method, path, output } = OPERATIONS['target.test_new']
  return output.parse(await terminal.client.call(method, path, { target: revealed(definition), ...asked }))
}

const MARKS = { ok: 'ok', warning: 'WARNING', failed: 'FAILED', skipped: '-' } as const

function shown({ target, zone, steps, ok, request }: TargetTestResult): string {
  const lines = steps.map(({ step, state, message, ms }) => {
    const time = ms === null || state === 'skipped' ? '' : ` (${ms} ms)`
    return `  ${step.padEnd(14)}  ${MARKS[state].padEnd(7)}  ${message}${time}\n`
  })
  const end = ok ? 'can be used' : 'cannot be used as it is'
  const record = request === null ? '' : ` Record of the call: ${request}.`
  return `${target} (${zone})\n${lines.join('')}${target} ${end}.${record}\n`
}
