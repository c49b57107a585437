/** Who keeps the root key. `file` is the first; a key service would be another. */
export interface KeyProvider {
  /** Names the root key without telling anything about it; stored beside what it wrapped. */
  readonly keyId: string
  /** Seals a tenant's key under the root; `parts` say whose and which, and are authenticated. */
  wrap(parts: readonly string[], key: Uint8Array): Promise<Buffer>
  unwrap(parts: readonly string[], wrapped: Uint8Array): Promise<Buffer>
  /** 32 bytes that only this installation can derive, one value per label and info. RFC 5869. */
  derive(label: string, info: string): Buffer
}
