import type { Identity } from '../../identity/identity.ts'
import type { Handlers } from './handlers.ts'

type FactorOperation = Extract<
  keyof Handlers,
  `factor.${string}` | `totp.${string}` | `recovery.${string}` | `passkey.${string}`
>

/** What people sign in with besides a password. */
export function factorHandlers(identity: Identity): Pick<Handlers, FactorOperation> {
  const { factors } = identity
  return {
    'factor.read': (by) => factors.read(by),
    'totp.begin': async (by) => factors.newTotp(by),
    'totp.confirm': (by) => factors.confirmTotp(by, by.body),
    async 'totp.remove'(by) {
      await factors.removeTotp(by, by.body.password)
      return undefined
    },
    'recovery.renew': (by) => factors.renewCodes(by, by.body.password),
    'passkey.options': async (by) => options(await factors.passkeyOptions(by, by.body.password)),
    'passkey.add': (by) => factors.addPasskey(by, by.body),
    async 'passkey.remove'(by) {
      await factors.removePasskey(by, by.params.id)
      return undefined
    },
    'passkey.challenge': async ({ asking }) => options(await identity.passkeyChallenge(asking)),
    async 'passkey.enter'({ body, asking, header }) {
      const { view, cookie } = await identity.enterByPasskey(body, asking)
      header('set-cookie', cookie)
      return view
    },
  }
}

const options = (made: object) => ({ options: { ...made } })
