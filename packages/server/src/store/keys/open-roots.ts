import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Clock } from '../../kernel/clock.ts'
import type { RootKeyConfig } from '../../kernel/config/root-keys.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import { awsKms } from './aws-kms.ts'
import type { KeyProvider } from './key-provider.ts'
import type { KeyServiceFigure } from './key-service.ts'
import { keysStartFault } from './key-service.ts'
import { pkcs11 } from './pkcs11.ts'
import { rootKeyFile, rootKeyPath } from './root-key-file.ts'
import { vaultTransit } from './vault-transit.ts'

export interface RootSurroundings {
  /** The data directory. */
  readonly data: string
  readonly dialler: Dialler | undefined
  readonly clock: Clock
  readonly figure: (figure: KeyServiceFigure) => void
}

/** The file of a root key that is one. */
export const rootFileOf = ({ path }: RootKeyConfig, data: string): string => path ?? rootKeyPath(data)

/**
 * Opens a root key and tries it out; null for a file that is not there yet, because only the database knows whether it
 * may be made. @throws Fault `cannot_start`
 */
export async function openRoot(
  root: RootKeyConfig,
  surroundings: RootSurroundings,
): Promise<KeyProvider | null> {
  if (root.provider === 'file') {
    const path = rootFileOf(root, surroundings.data)
    return existsSync(path) ? rootKeyFile(path, { inUse: true, passphrase: root.passphrase ?? null }) : null
  }
  const { provider, where, hint } = remote(root, surroundings)
  try {
    await tryOut(provider)
    return provider
  } catch (error) {
    await provider.close()
    throw keysStartFault(error, where, hint)
  }
}

function remote(root: RootKeyConfig, { dialler, clock, figure }: RootSurroundings) {
  if (!dialler) throw new Error('a key service without a way to it')
  if (root.vault) {
    const { address, mount, key } = root.vault
    return {
      provider: vaultTransit(root.vault, { dialler, figure }),
      where: `${mount}/${key} of the Vault at ${address}`,
      hint: 'See whether the token may update encrypt and decrypt of this key, and whether Vault is unsealed.',
    }
  }
  if (root.aws) {
    return {
      provider: awsKms(root.aws, { dialler, figure, clock }),
      where: `AWS KMS at ${root.aws.endpoint}`,
      hint: 'See whether this access key may kms:Encrypt and kms:Decrypt with keys.aws.key, and whether the key is enabled.',
    }
  }
  if (!root.pkcs11) throw new Error('a provider without its section was let through')
  return {
    provider: pkcs11(root.pkcs11),
    where: `the token ${root.pkcs11.token}`,
    hint: 'See keys.pkcs11.',
  }
}

/** What the program will ask for later, asked for now. */
async function tryOut(provider: KeyProvider): Promise<void> {
  const parts = ['trial', randomBytes(8).toString('hex')]
  const key = randomBytes(32)
  const back = await provider.unwrap(parts, await provider.wrap(parts, key))
  if (!back.equals(key)) throw new Error('what was wrapped comes back changed')
}
