import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { approvalDecision, askedBecause, toolEffect } from './loop-events.ts'
import { page } from './platform.ts'

export const approvalPage = page.extend({ run: z.uuid().optional() })

/** A call that waits for a person. */
export const approvalView = z.object({
  id: z.uuid(),
  conversation: z.uuid(),
  run: z.uuid(),
  call: z.string(),
  tool: z.string(),
  effect: toolEffect,
  because: askedBecause,
  class: dataClass,
  /** The exact arguments, as canonical JSON. */
  arguments: z.string(),
  /** Whether `always` is an answer, and what it would cover: '' is the whole tool. */
  mayRemember: z.boolean(),
  scope: z.string().nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})

export const approvalInput = z.strictObject({
  decision: approvalDecision,
  /** With `always`: how long it is remembered. */
  days: z.int().min(1).max(365).default(30),
})
export const approvalDecided = z.object({
  id: z.uuid(),
  run: z.uuid(),
  decision: approvalDecision,
  /** What is remembered from now on; null where nothing is. */
  grant: z.uuid().nullable(),
})

/** A tool that is called without asking, as long as no untrusted text could have ordered the call. */
export const toolGrantView = z.object({
  id: z.uuid(),
  tool: z.string(),
  /** '' is the whole tool. */
  scope: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
