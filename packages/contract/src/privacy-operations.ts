import { detectorsView } from './detectors.ts'
import type { Operation } from './operation.ts'
import { MIB, NO_BODY } from './operation-parts.ts'
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
  'privacy.detectors': {
    method: 'GET',
    path: '/api/privacy/detectors',
    surface: 'api',
    summary: 'The detectors of the configuration beside the built-in one, and how they do',
    input: {},
    output: detectorsView,
    action: 'privacy.read',
    fields: {},
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
