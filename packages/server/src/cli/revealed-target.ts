import type { TargetDefinition } from '../kernel/target-definition.ts'

/** As the server takes it: secrets in the clear, certificates as text. */
export function revealed({ auth, tls, ...rest }: TargetDefinition): object {
  return { ...rest, auth: auth && revealedAuth(auth), tls: tls && { ...tls, key: tls.key?.reveal() } }
}

function revealedAuth(auth: NonNullable<TargetDefinition['auth']>): object {
  if ('apiKey' in auth) return { apiKey: auth.apiKey.reveal() }
  if ('header' in auth) return { header: { name: auth.header.name, value: auth.header.value.reveal() } }
  return auth
}
