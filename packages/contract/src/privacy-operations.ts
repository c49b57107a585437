import type { Operation } from './operation.ts'
import { MIB } from './operation-parts.ts'
import { detected, detectInput } from './privacy.ts'

/** Finding personal data and secrets. */
export const PRIVACY_OPERATIONS = {
  'privacy.detect': {
    method: 'POST',
    path: '/api/privacy/detect',
    surface: 'api',
    summary: 'Find personal data and secrets in a text; it is neither kept nor sent anywhere',
    readOnly: 'a text is too long and too private for a URL',
    input: { body: detectInput },
    output: detected,
    action: 'privacy.detect',
    fields: { text: 'prompt', language: 'id' },
    limits: { bodyBytes: 4 * MIB },
  },
} as const satisfies Readonly<Record<string, Operation>>
