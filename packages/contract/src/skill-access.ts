import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { toolEffect } from './loop-events.ts'

const texts = z.array(z.string())

/** What a skill may do, as data for whoever shows it; `permissions` says the same in sentences. */
export const skillAccess = z.object({
  hosts: z.array(
    z.object({
      host: z.string(),
      ports: z.array(z.int()),
      methods: texts,
      paths: texts,
      zone: z.enum(['private', 'managed']),
      protocol: z.enum(['http', 'postgres', 'smtp']),
      tls: z.boolean(),
    }),
  ),
  /** `hosts`: those that the broker sends it to. */
  secrets: z.array(z.object({ name: z.string(), type: z.string().nullable(), hosts: texts })),
  data: z.object({ in: dataClass, out: dataClass }),
  operations: z.array(
    z.object({
      id: z.string(),
      effect: toolEffect,
      confirm: z.enum(['never', 'policy', 'always']),
    }),
  ),
  /** Of its operations, each once. */
  effects: z.array(toolEffect),
  files: z.object({ read: texts, write: texts }),
  process: z.enum(['none', 'node', 'python', 'binary']),
  modelTokens: z.int(),
  storageBytes: z.int(),
  /** Of its MCP server. */
  tools: texts,
  /** That it calls. */
  skills: texts,
  exposes: z.array(z.object({ operation: z.string(), auth: z.string(), scope: z.string() })),
})
export type SkillAccess = z.output<typeof skillAccess>

/** Something that a skill may do, in a sentence. */
export const skillGrant = z.object({
  kind: z.string(),
  subject: z.string(),
  words: z.object({ en: z.string(), zh: z.string() }),
})
