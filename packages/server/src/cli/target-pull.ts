import { setTimeout } from 'node:timers/promises'
import type { PullView } from '@freehold/contract/offer.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { EXIT } from './exit-codes.ts'
import { progressBar } from './progress.ts'
import { progressOf } from './target-models.ts'
import type { TargetTerminal } from './target.ts'
import { UsageError } from './terminal.ts'

interface Asked {
  readonly json: boolean
  readonly cancel: boolean
  readonly detach: boolean
}

interface Names {
  readonly name: string
  readonly model: string
}

/** `freehold target pull`. @returns 0 when the model is there, or where nobody waits for it; otherwise 1 */
export async function pullModel(
  rest: readonly string[],
  { json, cancel, detach }: Asked,
  terminal: TargetTerminal,
): Promise<number> {
  const [name, model] = rest
  if (name === undefined || model === undefined || rest.length > 2) {
    throw new UsageError(
      'pull takes the NAME of a target and a MODEL, as in: freehold target pull house llama3.2',
    )
  }
  if (cancel && detach) throw new UsageError('--cancel and --detach do not go together')
  if (cancel) return cancelPull({ name, model }, json, terminal)
  const { method, path, output } = OPERATIONS['target.pull']
  const begun = output.parse(await terminal.client.call(method, at(path, name), { model }))
  const last = detach ? begun : await watched(begun, terminal)
  if (json) terminal.out(`${JSON.stringify(last)}\n`)
  else if (last.state === 'pulling') {
    terminal.out(`${name} pulls ${last.model} now. See freehold target models ${name}.\n`)
  } else if (last.state === 'done') terminal.out(`${last.model} is at ${name} now.\n`)
  else terminal.err(`${last.model}: ${last.state} (${last.status})`)
  return last.state === 'done' || detach ? EXIT.ok.code : EXIT.refused.code
}

const at = (path: string, name: string): string => path.replace('{name}', encodeURIComponent(name))

async function pullsOf(name: string, { client }: TargetTerminal): Promise<readonly PullView[]> {
  const { method, path, output } = OPERATIONS['target.pulls']
  return output.parse(await client.call(method, at(path, name))).data
}

const EVERY_MS = 500

/** Until it is over. Whoever stops watching does not stop it. */
async function watched(begun: PullView, terminal: TargetTerminal): Promise<PullView> {
  const { interactive, progress, signal, err } = terminal
  const clear = interactive ? '\r\u001B[2K' : ''
  try {
    for (;;) {
      const now = (await pullsOf(begun.target, terminal)).find(({ id }) => id === begun.id)
      if (!now)
        return { ...begun, state: 'failed', step: 'unfinished', status: 'the server was started again' }
      if (now.state !== 'pulling') return now
      if (interactive) {
        const share = now.totalBytes === 0 ? 0 : now.completedBytes / now.totalBytes
        progress(`${clear}${progressBar(share)} ${progressOf(now)}  ${now.status.slice(0, 40)}`)
      }
      await setTimeout(EVERY_MS, undefined, { signal })
    }
  } catch (error) {
    if (signal.aborted) {
      err(`${clear}It goes on. To end it: freehold target pull ${begun.target} ${begun.model} --cancel`)
    }
    throw error
  } finally {
    progress(clear)
  }
}

async function cancelPull({ name, model }: Names, json: boolean, terminal: TargetTerminal): Promise<number> {
  const pulls = await pullsOf(name, terminal)
  const active = pulls.find((one) => one.state === 'pulling' && one.model === model)
  if (!active) {
    terminal.err(`${name} is not pulling ${model}.`)
    return EXIT.refused.code
  }
  const { method, path } = OPERATIONS['pull.cancel']
  await terminal.client.call(method, path.replace('{id}', active.id))
  terminal.out(
    json
      ? `${JSON.stringify({ id: active.id, cancelled: true })}\n`
      : `${model} is not pulled any more. What is there already is kept for next time.\n`,
  )
  return EXIT.ok.code
}
