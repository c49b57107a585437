import { Fault } from '../kernel/fault.ts'
import type { Listener, ListenOptions } from './server.ts'
import { listen } from './server.ts'

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program (is Freehold running already?)',
  EACCES: 'may not be listened on by this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
}

/** Opens the network door, or says in words why it cannot be had. @throws Fault `address_taken` */
export async function openDoor(options: ListenOptions): Promise<Listener> {
  try {
    return await listen(options)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const why = REASONS[code] ?? `cannot be listened on (${code})`
    const { host, port } = options
    throw new Fault('address_taken', `${host}:${port} ${why}. Choose another with --listen.`, {
      cause: error,
    })
  }
}
