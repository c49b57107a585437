import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'

/**
 * What a thread finds in its environment: nothing of the server's, which holds secrets, but where compiled code lies.
 * Without that each thread compiles its modules anew, and from a checkout holds what strips types, which is 10 MB.
 */
export function threadEnvironment(): Readonly<Record<string, string>> {
  // It is below what the environment names, in a directory for each version of Node.
  const cache = getCompileCacheDir()
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) }
}
