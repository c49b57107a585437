import type { connectionReport } from '@freehold/contract/federation.ts'
import type { z } from 'zod'
import type { Provider } from './provider.ts'
import { reasonOf } from './untrusted.ts'

/** From here on tokens of a provider look as if they came from the future, or were too old. */
const MOST_SKEW_MS = 30_000

type Finding = z.output<typeof connectionReport>['findings'][number]

/** Asks a provider what a sign-in would ask it, up to the point where a person is needed. */
export async function report(
  provider: Provider,
): Promise<Omit<z.output<typeof connectionReport>, 'trialUrl'>> {
  const { id, issuer } = provider.setting
  const findings = [
    ...(await looked('discovery', async () => {
      const told = await provider.read()
      const { id_token_signing_alg_values_supported: algorithms } = told
      return [
        { what: 'discovery', ok: true, said: told.authorization_endpoint },
        { what: 'signatures', ok: true, said: algorithms.join(' ') },
        issuerParameter(told.authorization_response_iss_parameter_supported ?? false),
      ]
    })),
    ...(await looked('keys', async () => {
      const { keys, aheadMs } = await provider.readKeys()
      return [
        { what: 'keys', ok: true, said: String(keys) },
        {
          what: 'clock',
          ok: aheadMs === null || Math.abs(aheadMs) <= MOST_SKEW_MS,
          said: aheadMs === null ? 'not told' : `${Math.round(aheadMs / 1000)} s ahead of ours`,
        },
      ]
    })),
  ]
  const ok = findings.every((one) => one.ok)
  return { id, issuer, redirectUri: provider.redirectUri, ok, findings }
}

const issuerParameter = (isSent: boolean): Finding => ({
  what: 'iss parameter',
  ok: true,
  said: isSent ? 'sent (RFC 9207)' : 'not sent: the address it comes back to tells providers apart',
})

async function looked(what: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    return [{ what, ok: false, said: reasonOf(error) }]
  }
}
