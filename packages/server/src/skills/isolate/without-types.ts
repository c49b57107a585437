import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../kernel/fault.ts'
import { threadEnvironment } from '../../kernel/thread-environment.ts'

const LONGEST_MS = 10_000

/** What the thread says: every module as JavaScript, or the one that it could not read. */
export type Stripped =
  | { readonly modules: ReadonlyMap<string, string> }
  | { readonly path: string; readonly message: string }

/**
 * TypeScript modules as JavaScript; only syntax that can be erased is taken. In a thread that ends with it, since a parser
 * is given what anybody may have written. @throws Fault `invalid`
 */
export async function withoutTypes(
  modules: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const thread = new Worker(join(import.meta.dirname, `types-thread${extname(import.meta.filename)}`), {
    env: threadEnvironment(),
    workerData: modules,
    resourceLimits: { maxOldGenerationSizeMb: 128 },
    stdout: true,
    stderr: true,
  })
  thread.stdout.resume()
  thread.stderr.resume()
  const timer = setTimeout(() => void thread.terminate(), LONGEST_MS)
  try {
    const stripped = await new Promise<Stripped | null>((resolve) => {
      thread.once('message', resolve)
      thread.once('error', () => resolve(null))
      thread.once('exit', () => resolve(null))
    })
    if (stripped === null) throw new Fault('invalid', 'The TypeScript of the skill cannot be read.')
    if ('modules' in stripped) return stripped.modules
    const { path, message } = stripped
    throw new Fault('invalid', `${path} is no TypeScript whose types can be left out: ${message}`, {
      param: path,
    })
  } finally {
    clearTimeout(timer)
    await thread.terminate()
  }
}
