import type { Minted } from '../restore/restorer.ts'

/** What is kept of a conversation: the letters of its placeholders, and what each of them stands for. */
export interface Kept {
  readonly nonce: string
  readonly minted: readonly Minted[]
}

/** Whose conversation it is: nobody else's request ever reads or continues it. */
export interface Owner<Tenant extends string = string> {
  readonly tenant: Tenant
  readonly principal: string
  /** The name that the caller gave it. */
  readonly conversation: string
}

/** Keeps what was replaced in named conversations, encrypted. */
export interface Vault<Tenant extends string = string> {
  /** `version` 0: nothing is kept yet. */
  read(owner: Owner<Tenant>): Promise<{ readonly kept: Kept | null; readonly version: number }>
  /** Durable when it resolves with true. False: another request has written since `version`, so that nothing was. */
  write(owner: Owner<Tenant>, kept: Kept, version: number): Promise<boolean>
}
