import { httpMethod } from '@freehold/contract/skill-permissions.ts'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { Connectors } from '../connectors/connectors.ts'
import { mailMessage } from '../connectors/mail-message.ts'
import type { BrokerResponse, CallContext } from '../runner.ts'

const MOST_HEADERS = 64
const MOST_LOGGED = 4096

/** Names and values that can be written into a request as they are. */
const headers = z
  .record(
    z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,64}$/),
    z
      .string()
      .max(8192)
      .regex(/^[^\0\r\n]*$/),
  )
  .refine((all) => Object.keys(all).length <= MOST_HEADERS, `at most ${MOST_HEADERS} headers`)

const fetchArgs = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).max(8192),
    method: httpMethod.default('GET'),
    headers: headers.default({}),
    /** Text, or bytes as base64. */
    body: z.string().nullish(),
    bodyBase64: z.base64().nullish(),
  })
  .refine(({ body, bodyBase64 }) => (body ?? null) === null || (bodyBase64 ?? null) === null, 'one body')
const key = z.string().min(1).max(256)
const getArgs = z.strictObject({ key })
const setArgs = z.strictObject({
  key,
  value: z
    .string()
    .max(1024 * 1024)
    .nullable(),
})
const completeArgs = z.strictObject({
  prompt: z
    .string()
    .min(1)
    .max(1024 * 1024),
})
const sqlArgs = z.strictObject({
  url: z.string().max(512),
  text: z.string().min(1).max(20_000),
  values: z
    .array(z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]))
    .max(100)
    .default([]),
  mostRows: z.int().min(1).max(1000).default(100),
  timeoutMs: z.int().min(1).max(60_000).default(10_000),
})
const logArgs = z.strictObject({ line: z.string() })

/** What the host functions take, by their names. */
export const HOST_ARGUMENTS = {
  fetch: fetchArgs,
  'storage.get': getArgs,
  'storage.set': setArgs,
  'model.complete': completeArgs,
  sql: sqlArgs,
  mail: mailMessage,
  log: logArgs,
} as const

type HostFunction = (args: unknown, context: CallContext) => Promise<unknown>

/** All that code of a skill can reach, in every tier. What it sends is read like anything else from outside. */
const HOST_FUNCTIONS: ReadonlyMap<string, HostFunction> = new Map<string, HostFunction>([
  [
    'fetch',
    async (args, { broker, signal }) => {
      const { url, method, headers, body, bodyBase64 } = read(fetchArgs, args, 'fetch')
      const text = body ?? null
      const bytes =
        text === null ? (bodyBase64 ?? null) && Buffer.from(bodyBase64 ?? '', 'base64') : Buffer.from(text)
      return told(await broker.send({ method, url, headers, body: bytes === '' ? null : bytes }, signal))
    },
  ],
  ['storage.get', (args, { storage }) => storage.get(read(getArgs, args, 'storage.get').key)],
  [
    'storage.set',
    async (args, { storage }) => {
      const { key, value } = read(setArgs, args, 'storage.set')
      await storage.set(key, value)
      return null
    },
  ],
  [
    'model.complete',
    (args, { model, signal }) => model.complete(read(completeArgs, args, 'model.complete').prompt, signal),
  ],
  ['sql', (args, { connectors, signal }) => spoken(connectors).sql(read(sqlArgs, args, 'sql'), signal)],
  [
    'mail',
    (args, { connectors, signal }) => spoken(connectors).mail(read(mailMessage, args, 'mail'), signal),
  ],
])

function spoken(connectors: Connectors | undefined): Connectors {
  if (connectors) return connectors
  throw new Fault('skill_denied', 'Nothing but HTTP is spoken here.')
}

/** The host functions of one call. */
export function hostFunctions(context: CallContext): (name: string, args: unknown) => Promise<unknown> {
  let logged = 0
  return async (name, args) => {
    if (name === 'log') {
      const { line } = read(logArgs, args, 'log')
      const left = MOST_LOGGED - logged
      logged += line.length + 1
      if (left > 0) context.log(line.slice(0, left))
      return null
    }
    const act = HOST_FUNCTIONS.get(name)
    if (act === undefined) throw new Fault('skill_denied', 'The host has no such function.')
    return act(args, context)
  }
}

function read<S extends z.ZodType>(schema: S, args: unknown, name: string): z.output<S> {
  const read = schema.safeParse(args)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const place = [name, ...(issue?.path ?? [])].join('.')
  throw new Fault(
    'invalid',
    `The skill called ${name} with something else than it takes: ${issue?.message ?? ''}.`,
    {
      param: place,
    },
  )
}

/** As code gets it: text where it is text, and else base64. */
function told({ status, headers, body }: BrokerResponse): unknown {
  try {
    return { status, headers, text: new TextDecoder('utf-8', { fatal: true }).decode(body), base64: null }
  } catch {
    return { status, headers, text: null, base64: body.toString('base64') }
  }
}
