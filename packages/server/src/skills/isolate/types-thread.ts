import { stripTypeScriptTypes } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Stripped } from './without-types.ts'

// Handed over by without-types.ts, which is the only one that starts this.
const given = workerData as ReadonlyMap<string, string>

function stripped(): Stripped {
  const modules = new Map<string, string>()
  for (const [path, text] of given) {
    try {
      modules.set(path, stripTypeScriptTypes(text))
    } catch (error) {
      return { path, message: error instanceof Error ? error.message.slice(0, 300) : '' }
    }
  }
  return { modules }
}

parentPort?.postMessage(stripped(), [])
