import { z } from 'zod'
import { jwks } from './requests.ts'
import type { Operation } from './operation.ts'
import { NO_BODY } from './operation-parts.ts'

/** What machines ask a server: health, figures, public keys. */
export const PROBE_OPERATIONS = {
  'probe.live': {
    method: 'GET',
    path: '/livez',
    surface: 'probe',
    summary: 'The process turns over',
    input: {},
    output: z.string(),
    action: 'platform.read',
    fields: {},
    limits: NO_BODY,
  },
  'probe.ready': {
    method: 'GET',
    path: '/readyz',
    surface: 'probe',
    summary: 'Requests can be served',
    input: {},
    output: z.string(),
    action: 'platform.read',
    fields: {},
    limits: NO_BODY,
  },
  'probe.startup': {
    method: 'GET',
    path: '/startupz',
    surface: 'probe',
    summary: 'Start-up and migrations are done',
    input: {},
    output: z.string(),
    action: 'platform.read',
    fields: {},
    limits: NO_BODY,
  },
  'metrics.read': {
    method: 'GET',
    path: '/metrics',
    surface: 'probe',
    summary: 'Prometheus metrics (loopback, or a key with scope *)',
    input: {},
    output: z.string(),
    action: 'metrics.read',
    fields: {},
    limits: NO_BODY,
  },
  'jwks.read': {
    method: 'GET',
    path: '/.well-known/jwks.json',
    surface: 'probe',
    summary: 'The public keys of the tokens that private targets get (RFC 7517)',
    input: {},
    output: jwks,
    action: 'platform.read',
    fields: {},
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
