import type { ProviderKind } from '../../kernel/config/root-keys.ts'

/** A root key. It need not be here: a key service or a token wraps and unwraps without giving it away. */
export interface KeyProvider {
  readonly kind: ProviderKind
  /** Names the root key without telling anything about it; stored beside what it wrapped. */
  readonly keyId: string
  /** Seals a key under the root; `parts` say whose and which, and are authenticated. @throws Fault `unavailable` */
  wrap(parts: readonly string[], key: Uint8Array): Promise<Buffer>
  /** @throws Fault `unavailable`; Error when the bytes were changed or moved */
  unwrap(parts: readonly string[], wrapped: Uint8Array): Promise<Buffer>
  close(): Promise<void>
}
