import { z } from 'zod'
import { Secret } from '../secret.ts'
import type { ConfigFlaw } from './config.ts'
import { authorityOf, isAddress, origin, tls } from './remote-keys.ts'
import type { Building, NamedFile } from './structured.ts'
import { structured } from './structured.ts'

/** Who can keep a root key. */
export const KEY_PROVIDERS = ['file', 'vault-transit', 'aws-kms', 'pkcs11'] as const
export type ProviderKind = (typeof KEY_PROVIDERS)[number]

export interface VaultSetting {
  readonly address: string
  readonly namespace: string | null
  /** Where the transit engine is mounted. */
  readonly mount: string
  readonly key: string
  /** Null: an agent on the way adds it. */
  readonly token: Secret<string> | null
  /** PEM text; null: the system's authorities. */
  readonly ca: string | null
}

export interface KmsSetting {
  /** An origin. */
  readonly endpoint: string
  readonly region: string
  /** Id or ARN of the key. */
  readonly key: string
  readonly accessKeyId: string
  readonly secretAccessKey: Secret<string>
  readonly sessionToken: Secret<string> | null
  readonly ca: string | null
}

export interface Pkcs11Setting {
  /** The library of the token. */
  readonly module: string
  /** Label of the token. */
  readonly token: string
  /** Label of the AES key on it. */
  readonly key: string
  readonly pin: Secret<string>
  /** Where the package pkcs11js lies; null: beside Freehold. */
  readonly binding: string | null
}

const word = (what: string) => z.string().regex(/^[\w.-]{1,128}$/, `must be ${what}`)
const secretText = z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'must be one word of printable characters')
const label = z
  .string()
  .min(1)
  .max(64)
  .refine((text) => !/\p{Cc}/u.test(text), 'must be a label without control characters')

const vault = z.strictObject({
  address: z
    .string()
    .max(500)
    .refine(isAddress, 'must be an http or https address without user, query or fragment'),
  namespace: z
    .string()
    .regex(/^[\w./-]{1,256}$/, 'must be the path of a namespace')
    .optional(),
  mount: z
    .string()
    .regex(/^[\w-]+(?:\/[\w-]+){0,9}$/, 'must be the path of a transit engine')
    .max(256)
    .default('transit'),
  key: word('the name of a transit key'),
  token: secretText.optional(),
  tls,
})

const aws = z.strictObject({
  region: z.string().regex(/^[a-z\d-]{1,64}$/, 'must be a region such as us-east-1'),
  endpoint: origin.optional(),
  key: z
    .string()
    .max(512)
    .regex(/^(?:[\w-]+|arn:aws[\w-]*:kms:[a-z\d-]+:\d{12}:key\/[\w-]+)$/, 'must be the id or ARN of a key'),
  accessKeyId: z.string().regex(/^\w{1,128}$/, 'must be the id of an access key'),
  secretAccessKey: secretText,
  sessionToken: secretText.optional(),
  tls,
})

const pkcs11 = z.strictObject({
  module: z.string().min(1).max(4096),
  token: label,
  key: label,
  pin: z.string().min(1).max(256),
  binding: z.string().min(1).max(4096).optional(),
})

type Written = Partial<{
  vault: z.output<typeof vault>
  aws: z.output<typeof aws>
  pkcs11: z.output<typeof pkcs11>
}>

const SECRETS: ReadonlySet<string> = new Set([
  'token',
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'pin',
  'passphrase',
])

const withoutPem = <T extends { readonly ca: string | null }>(setting: T): T => ({
  ...setting,
  ca: setting.ca === null ? null : '[PEM]',
})

/** Sees to it that a flaw is reported where the field stands. */
const below = (building: Building, section: string | null): Building =>
  section === null
    ? building
    : { ...building, refuse: (steps, message) => building.refuse([section, ...steps], message) }

function buildVault(written: NonNullable<Written['vault']>, building: Building): VaultSetting {
  const { address, namespace, mount, key, token } = written
  return {
    address: address.replace(/\/+$/, ''),
    namespace: namespace ?? null,
    mount,
    key,
    token: token === undefined ? null : new Secret(token),
    ca: authorityOf({ ...written, endpoint: address }, building, 'address'),
  }
}

function buildAws(written: NonNullable<Written['aws']>, building: Building): KmsSetting {
  const { endpoint, region, key, accessKeyId, secretAccessKey, sessionToken } = written
  return {
    endpoint: endpoint ?? `https://kms.${region}.amazonaws.com`,
    region,
    key,
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    sessionToken: sessionToken === undefined ? null : new Secret(sessionToken),
    ca: authorityOf(written, building),
  }
}

function buildPkcs11(written: NonNullable<Written['pkcs11']>, building: Building): Pkcs11Setting {
  const found = (field: 'module' | 'binding', path: string): NamedFile => {
    const file = building.file(path)
    if (!file.isThere) building.refuse([field], 'names nothing that is there')
    return file
  }
  return {
    module: found('module', written.module).path,
    token: written.token,
    key: written.key,
    pin: new Secret(written.pin),
    binding: written.binding === undefined ? null : found('binding', written.binding).path,
  }
}

export const vaultRow = structured({
  schema: vault.optional(),
  meaning:
    'The transit engine of a Vault or OpenBao that keeps the root key: `address`, `key`, and as needed `token`, `mount` (default `transit`), `namespace`, `tls` (`{ ca }` or `off`). Without `token` an agent on the way must add it.',
  expects: 'a section with address, key and, as needed, token, mount, namespace, tls',
  reload: 'restart',
  isSecret: ([field]) => SECRETS.has(String(field)),
  shown: (setting: VaultSetting | undefined) => setting && withoutPem(setting),
  build: (written, building) => written && buildVault(written, building),
})

export const awsRow = structured({
  schema: aws.optional(),
  meaning:
    'The symmetric key of AWS KMS that is the root key: `region`, `key` (id or ARN), `accessKeyId`, `secretAccessKey`, and as needed `sessionToken`, `endpoint`, `tls` (`{ ca }` or `off`).',
  expects:
    'a section with region, key, accessKeyId, secretAccessKey and, as needed, sessionToken, endpoint, tls',
  reload: 'restart',
  isSecret: ([field]) => SECRETS.has(String(field)),
  shown: (setting: KmsSetting | undefined) => setting && withoutPem(setting),
  build: (written, building) => written && buildAws(written, building),
})

export const pkcs11Row = structured({
  schema: pkcs11.optional(),
  meaning:
    'The AES key on a PKCS#11 token that is the root key: `module` (the library of the token), `token` and `key` (labels), `pin`, and `binding` where the package pkcs11js does not lie beside Freehold.',
  expects: 'a section with module, token, key, pin and, as needed, binding',
  reload: 'restart',
  isSecret: ([field]) => SECRETS.has(String(field)),
  build: (written, building): Pkcs11Setting | undefined => written && buildPkcs11(written, building),
})

const next = z.strictObject({
  provider: z.enum(KEY_PROVIDERS),
  path: z.string().min(1).max(4096).optional(),
  passphrase: z
    .string()
    .min(1)
    .max(1024)
    .refine((text) => !/[\r\n\0]/.test(text), 'must be one line')
    .optional(),
  vault: vault.optional(),
  aws: aws.optional(),
  pkcs11: pkcs11.optional(),
})

/** What `keys` says of one root key. */
export interface RootKeyConfig {
  readonly provider: ProviderKind
  readonly path?: string | undefined
  readonly passphrase?: Secret<string> | undefined
  readonly vault?: VaultSetting | undefined
  readonly aws?: KmsSetting | undefined
  readonly pkcs11?: Pkcs11Setting | undefined
}

export const nextRow = structured({
  schema: next.optional(),
  meaning:
    'The root key to move to, written as `keys` is: `provider` and what belongs to it. Both are opened; `freehold kek rotate --root` wraps every key under this one.',
  expects: 'a section with provider and path, passphrase, vault, aws or pkcs11',
  reload: 'restart',
  isSecret: (steps) => SECRETS.has(String(steps.at(-1))),
  shown: (setting: RootKeyConfig | undefined) =>
    setting && {
      ...setting,
      ...(setting.vault && { vault: withoutPem(setting.vault) }),
      ...(setting.aws && { aws: withoutPem(setting.aws) }),
    },
  build(written, building): RootKeyConfig | undefined {
    if (!written) return undefined
    const { provider, path, passphrase } = written
    const built: RootKeyConfig = {
      provider,
      ...(path !== undefined && { path: building.file(path).path }),
      ...(passphrase !== undefined && { passphrase: new Secret(passphrase) }),
      ...(written.vault && { vault: buildVault(written.vault, below(building, 'vault')) }),
      ...(written.aws && { aws: buildAws(written.aws, below(building, 'aws')) }),
      ...(written.pkcs11 && { pkcs11: buildPkcs11(written.pkcs11, below(building, 'pkcs11')) }),
    }
    if (provider === 'file' && path === undefined)
      building.refuse(['path'], 'is missing: name the file of the new root key')
    for (const { path: steps, message } of checkRootKey(built)) building.refuse(steps, message)
    return built
  },
})

/** Which fields belong to which provider. */
const FIELDS = {
  file: { needs: null, takes: ['path', 'passphrase'] },
  'vault-transit': { needs: 'vault', takes: ['vault'] },
  'aws-kms': { needs: 'aws', takes: ['aws'] },
  pkcs11: { needs: 'pkcs11', takes: ['pkcs11'] },
} as const

/** What is wrong with the fields of one root key together. */
export function checkRootKey(root: RootKeyConfig): readonly ConfigFlaw[] {
  const { needs, takes } = FIELDS[root.provider]
  const flaws: ConfigFlaw[] = []
  if (needs !== null && root[needs] === undefined)
    flaws.push({ path: ['provider'], message: `needs the section ${needs} beside it` })
  for (const field of ['path', 'passphrase', 'vault', 'aws', 'pkcs11'] as const) {
    if (root[field] !== undefined && !takes.some((taken) => taken === field))
      flaws.push({ path: [field], message: `nothing uses it with the provider ${root.provider}: remove it` })
  }
  return flaws
}

/** What is wrong with the keys of `keys` together. */
export const checkKeys = (keys: RootKeyConfig): readonly ConfigFlaw[] =>
  checkRootKey(keys).map(({ path, message }) => ({ path: ['keys', ...path], message }))
