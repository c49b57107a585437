import { Fault } from '../../kernel/fault.ts'
import type { KeyProvider } from './key-provider.ts'

/** The root keys that are at hand: the one of the configuration and, on the way to another, the next one. */
export interface Roots {
  readonly main: KeyProvider
  readonly next: KeyProvider | null
  /** @throws Fault `cannot_start` for one that is not at hand */
  of(rootKey: string): KeyProvider
}

export function rootsOf(main: KeyProvider, next: KeyProvider | null): Roots {
  const all = next === null ? [main] : [main, next]
  if (next?.keyId === main.keyId) {
    throw new Fault('cannot_start', 'keys.next names the very root key that is in use: name another one.')
  }
  return {
    main,
    next,
    of(rootKey) {
      const found = all.find(({ keyId }) => keyId === rootKey)
      if (found) return found
      const here = all.map(({ keyId }) => keyId).join(' and ')
      throw new Fault(
        'cannot_start',
        `This database was encrypted under root key ${rootKey}, but the one here is ${here}. ` +
          'Put the right keys/root.key in its place, or name the right root key under keys.',
      )
    },
  }
}
