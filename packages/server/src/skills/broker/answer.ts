import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { Fault } from '../../kernel/fault.ts'
import type { BrokerResponse } from '../runner.ts'

/** What could hand somebody a credential, or steer whoever reads it. */
const LEFT_OUT =
  /^(?:set-cookie2?|cookie|authorization|proxy-.*|www-authenticate|authentication-info|x-freehold-.*|connection|keep-alive|transfer-encoding|te|trailer|upgrade|content-length|strict-transport-security|public-key-pins.*|clear-site-data|alt-svc)$/
const HIDDEN = '[secret]'
/** Shorter ones stand in every text. */
const SHORTEST_SECRET = 4

/** An answer as a skill may see it, without the secrets that were sent for it. @throws Fault `skill_failed` */
export function seenAnswer(
  { status, headers, body }: WholeAnswer,
  hidden: readonly string[],
): BrokerResponse {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    throw new Fault(
      'skill_failed',
      'The service answered with a compressed body, although it was asked not to.',
    )
  }
  const forms = formsOf(hidden)
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value.join(', ') : value
    if (text !== undefined && !LEFT_OUT.test(name)) shown[name] = withoutIn(text, forms)
  }
  return { status, headers: shown, body: withoutForms(body, forms) }
}

/** How a secret may come back: as it is, in an address, in JSON, in Base64. The longest first: one may hold another. */
function formsOf(hidden: readonly string[]): readonly string[] {
  const forms = hidden
    .filter((one) => one.length >= SHORTEST_SECRET)
    .flatMap((one) => {
      const bytes = Buffer.from(one)
      return [
        one,
        encodeURIComponent(one),
        new URLSearchParams({ a: one }).toString().slice(2),
        JSON.stringify(one).slice(1, -1),
        bytes.toString('base64'),
        bytes.toString('base64url'),
        bytes.toString('hex'),
      ]
    })
  return [...new Set(forms)].toSorted((one, other) => other.length - one.length)
}

const withoutIn = (text: string, forms: readonly string[]): string =>
  forms.reduce((left, form) => left.replaceAll(form, HIDDEN), text)

/** Most answers hold none, and are not copied. */
function withoutForms(body: Buffer, forms: readonly string[]): Buffer {
  if (!forms.some((form) => body.includes(form))) return body
  // Byte for byte, so that what is no text stays what it is.
  return Buffer.from(withoutIn(body.toString('latin1'), forms), 'latin1')
}
