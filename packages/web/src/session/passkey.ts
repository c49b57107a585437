import type { PasskeyView, SessionView } from '@freehold/sdk'
import { FreeholdError } from '@freehold/sdk'
import { server } from '../server.ts'

/** By name only: an address cannot have passkeys (WebAuthn level 3, section 5.1.3). */
export const canUsePasskeys = (): boolean =>
  'PublicKeyCredential' in globalThis && isSecureContext && !/^[\d.:[\]]+$/.test(location.hostname)

/** Asks the browser for a passkey. Null: whoever closed the browser's own window has changed their mind. */
export async function enterByPasskey(tenant: string): Promise<SessionView | null> {
  const { options } = await server.passkeys.challenge()
  // What the server made is what the browser understands.
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  )
  const credential = await navigator.credentials.get({ publicKey }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return null
    throw error
  })
  if (credential === null) return null
  return server.passkeys.enter({ ...(tenant !== '' && { tenant }), response: answerOf(credential) })
}

/** Has the browser make a passkey for whoever is signed in. @throws FreeholdError `passkey_none`, `passkey_known` */
export async function makePasskey(name: string, password: string): Promise<PasskeyView> {
  const { options } = await server.passkeys.options({ password })
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  )
  const credential = await navigator.credentials.create({ publicKey }).catch((error: unknown) => {
    if (!(error instanceof DOMException)) throw error
    throw new FreeholdError(error.name === 'InvalidStateError' ? 'passkey_known' : 'passkey_none', '')
  })
  if (credential === null) throw new FreeholdError('passkey_none', '')
  return server.passkeys.add({ name, response: answerOf(credential) })
}

/** As JSON; the server looks at it field by field. */
const answerOf = (credential: Credential): never => (credential as PublicKeyCredential).toJSON() as never
