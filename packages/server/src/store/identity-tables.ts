import type { ColumnType, Generated } from 'kysely'

export type Stamp = ColumnType<Date, Date | string | undefined, Date | string>
export type MaybeStamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>

export interface AccountTable {
  tenant_id: string
  id: string
  dek: Buffer
  name_sealed: Buffer
  name_index: Buffer
  /** PHC string of argon2id, sealed; null where there is none to sign in with. */
  password_sealed: Buffer | null
  role: string
  created_at: Stamp
  disabled_at: MaybeStamp
}

export interface SessionTable {
  tenant_id: string
  id: string
  account_id: string
  /** SHA-256 of the cookie's secret. */
  secret_hash: Buffer
  method: Generated<string>
  /** Absent where the browser did not say what it is. */
  dek: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>
  agent_sealed: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>
  created_at: Stamp
  seen_at: Stamp
  expires_at: Stamp
}

export interface CustomRoleTable {
  tenant_id: string
  name: string
  scopes: string[]
  created_at: Stamp
}

/** Every change of the policies is a row with the whole. */
export interface PolicyVersionTable {
  tenant_id: string
  /** 1, 2, … without gaps. */
  version: number
  at: Stamp
  actor: string
  /** How many the document holds. */
  policies: number
  dek: Buffer
  /** JSON {text, policies}. */
  document_sealed: Buffer
}

export interface PeopleGroupTable {
  tenant_id: string
  id: string
  dek: Buffer
  name_sealed: Buffer
  name_index: Buffer
  roles: string[]
  created_at: Stamp
}

export interface GroupMemberTable {
  tenant_id: string
  group_id: string
  account_id: string
}

export interface InvitationTable {
  tenant_id: string
  id: string
  dek: Buffer
  name_sealed: Buffer | null
  /** SHA-256 of the token in the link. */
  secret_hash: Buffer
  /** Whose password may be chosen anew; null for somebody who is to join. */
  account_id: string | null
  role: string
  groups: string[]
  creator: string
  created_at: Stamp
  expires_at: Stamp
}

export interface ApiKeyTable {
  tenant_id: string
  id: string
  dek: Buffer
  name_sealed: Buffer | null
  /** Principal that created it, whose rights bound the key's. */
  creator: string
  /** SHA-256 of the whole key. */
  secret_hash: Buffer
  scopes: string[]
  class: string
  ceiling: string
  /** Numbers under the names of the contract; read with `readLimits`. */
  limits: ColumnType<unknown, string | undefined, never>
  created_at: Stamp
  expires_at: ColumnType<Date | null, Date | string | null, Date | string | null>
  last_used_at: ColumnType<Date | null, Date | string | null, Date | string | null>
  revoked_at: ColumnType<Date | null, Date | string | null, Date | string | null>
}

export interface ServiceAccountTable {
  tenant_id: string
  id: string
  dek: Buffer
  name_sealed: Buffer
  name_index: Buffer
  role: string
  scopes: string[]
  class: string
  ceiling: string
  /** Numbers under the names of the contract; read with `readLimits`. */
  limits: ColumnType<unknown, string | undefined, string>
  /** JSON of RFC 7517 keys, public parts only. */
  public_keys: ColumnType<unknown, string | undefined, string>
  certificate: ColumnType<string | null, string | null | undefined, string | null>
  resources: Generated<string[]>
  redirect_uris: Generated<string[]>
  keyless: Generated<boolean>
  created_at: Stamp
  disabled_at: MaybeStamp
}

/** A person who has let an application know who they are. */
export interface AuthorisationTable {
  tenant_id: string
  id: string
  application_id: string
  account_id: string
  session_id: string
  dek: Buffer
  request_sealed: Buffer
  /** SHA-256 of the secret part of the code. */
  code_hash: Buffer
  created_at: Stamp
  redeemed_at: MaybeStamp
  expires_at: Stamp
  /** Of refresh tokens; null without any. */
  refresh_turn: ColumnType<number | null, undefined, number | null>
  refreshed_at: MaybeStamp
}

export interface TotpTable {
  tenant_id: string
  account_id: string
  dek: Buffer
  secret_sealed: Buffer
  created_at: Stamp
  /** A bigint, which the driver gives as text. */
  last_step: ColumnType<string, string | number | undefined, string | number>
}

export interface RecoveryCodeTable {
  tenant_id: string
  account_id: string
  code_hash: Buffer
}

export interface PasskeyTable {
  tenant_id: string
  id: string
  account_id: string
  credential_hash: Buffer
  dek: Buffer
  name_sealed: Buffer
  /** JSON {id, publicKey, transports}, bytes in base64url. */
  credential_sealed: Buffer
  counter: ColumnType<string, string | number, string | number>
  created_at: Stamp
  used_at: MaybeStamp
}

export interface UsedChallengeTable {
  tenant_id: string
  challenge_hash: Buffer
  expires_at: Stamp
}

export interface FederatedIdentityTable {
  tenant_id: string
  id: string
  account_id: string
  /** As the configuration calls it. */
  connection: string
  /** Blind index of connection, issuer and subject. */
  identity_index: Buffer
  dek: Buffer
  /** JSON {issuer, subject}. */
  identity_sealed: Buffer
  created_at: Stamp
  used_at: MaybeStamp
}

export interface ProvisionedUserTable {
  tenant_id: string
  account_id: string
  dek: Buffer
  /** JSON of what the directory told, without whether the account is to be open. */
  resource_sealed: Buffer
  /** Blind index of the id at the directory. */
  external_index: Buffer | null
  active: boolean
  shut_at: MaybeStamp
  version: ColumnType<number, number | undefined, number>
  created_at: Stamp
  changed_at: Stamp
}

export interface ProvisionedGroupTable {
  tenant_id: string
  group_id: string
  dek: Buffer
  /** JSON of what the directory told, without name and members. */
  resource_sealed: Buffer
  version: ColumnType<number, number | undefined, number>
  created_at: Stamp
  changed_at: Stamp
}
