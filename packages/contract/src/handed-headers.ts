import { z } from 'zod'

/** Framing, credentials and origin: the program's own business in both directions. */
const NEVER = [
  'authorization',
  'authentication-info',
  'www-authenticate',
  'x-api-key',
  'api-key',
  'cookie',
  'cookie2',
  'set-cookie',
  'set-cookie2',
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'http2-settings',
  'forwarded',
  'via',
]
const NEVER_PREFIXES = ['x-freehold-', 'proxy-', 'x-forwarded-', 'sec-']

/** What would change the meaning of a request on its way, or say where its client is. */
const NEVER_SENT = new Set([
  ...NEVER,
  'expect',
  'accept-encoding',
  'user-agent',
  'origin',
  'referer',
  'traceparent',
  'client-ip',
  'true-client-ip',
  'x-client-ip',
  'x-csrf-token',
  'x-real-ip',
  'cf-connecting-ip',
  'x-host',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
])
const NEVER_SENT_PREFIXES = [...NEVER_PREFIXES, 'x-original-', 'x-rewrite-']

/** What would speak for the program's own origin in a browser. */
const NEVER_RETURNED = new Set([
  ...NEVER,
  'alt-svc',
  'cache-control',
  'clear-site-data',
  'date',
  'document-policy',
  'feature-policy',
  'link',
  'location',
  'nel',
  'origin-agent-cluster',
  'permissions-policy',
  'referrer-policy',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'sourcemap',
  'strict-transport-security',
  'timing-allow-origin',
  'x-content-type-options',
  'x-dns-prefetch-control',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-sourcemap',
  'x-xss-protection',
])
const NEVER_RETURNED_PREFIXES = [
  ...NEVER_PREFIXES,
  'access-control-',
  'content-security-policy',
  'cross-origin-',
]

const namesBut = (never: ReadonlySet<string>, prefixes: readonly string[]) =>
  z
    .array(
      z
        .string()
        .regex(/^[a-z\d](?:[a-z\d-]{0,62}[a-z\d])?$/, 'must be the name of a header, in lower case')
        .refine(
          (name) => !never.has(name) && !prefixes.some((prefix) => name.startsWith(prefix)),
          'is a header that is never handed on',
        ),
    )
    .min(1)
    .max(32)

/** Headers that are handed on besides those that always are, by their exact names. */
export const targetHeaders = z
  .strictObject({
    /** Of the client's, to a private target. */
    request: namesBut(NEVER_SENT, NEVER_SENT_PREFIXES).optional(),
    /** Of the target's answer, to the client. */
    response: namesBut(NEVER_RETURNED, NEVER_RETURNED_PREFIXES).optional(),
  })
  .refine((headers) => Object.keys(headers).length > 0, {
    error: 'must name request or response',
    // A key that is not known is one mistake, not two.
    when: ({ issues }) => issues.length === 0,
  })
