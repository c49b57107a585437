import type { TargetInput } from '@freehold/contract/routing.ts'
import type { LocalModelSetting } from './config/local-model-keys.ts'
import { Secret } from './secret.ts'

type Auth = NonNullable<TargetInput['auth']>
type Guarded<T> = T extends { readonly apiKey: string }
  ? { readonly apiKey: Secret<string> }
  : T extends { readonly header: infer H }
    ? { readonly header: Omit<H, 'value'> & { readonly value: Secret<string> } }
    : T
type Tls = NonNullable<TargetInput['tls']>

/** A target as the program holds it: secrets do not print, `tls` holds PEM text. */
export type TargetDefinition = WrittenTarget | LocalModelDefinition

type WrittenTarget = TargetInput extends infer One
  ? One extends TargetInput
    ? Readonly<Omit<One, 'auth' | 'tls'>> & {
        readonly auth?: Guarded<Auth> | undefined
        readonly tls?: (Omit<Tls, 'key'> & { readonly key?: Secret<string> | undefined }) | undefined
      }
    : never
  : never

/** A model that this program opens itself. It comes from the configuration only, and nothing is dialled. */
export type LocalModelDefinition = Omit<Extract<WrittenTarget, { kind: 'model' }>, 'zone'> & {
  readonly zone: 'local'
  readonly engine: LocalModelSetting
}

/** Puts the secrets of a target where they cannot be printed. */
export function guardTarget(target: TargetInput): WrittenTarget {
  const { auth, tls, ...rest } = target
  return {
    ...rest,
    ...(auth && { auth: guardAuth(auth) }),
    ...(tls && { tls: { ...tls, key: tls.key === undefined ? undefined : new Secret(tls.key) } }),
  }
}

function guardAuth(auth: Auth): Guarded<Auth> {
  if ('apiKey' in auth) return { apiKey: new Secret(auth.apiKey) }
  if ('header' in auth) return { header: { name: auth.header.name, value: new Secret(auth.header.value) } }
  return auth
}
