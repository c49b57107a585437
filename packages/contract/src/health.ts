import { z } from 'zod'

/** What is looked at, in the order in which it is shown. */
export const HEALTH_LINES = [
  'database',
  'objects',
  'disk',
  'records',
  'audit-log',
  'audit-delivery',
  'configuration',
  'certificates',
  'targets',
  'detectors',
  'skills',
  'keys',
  'emergency',
] as const
export type HealthLine = (typeof HEALTH_LINES)[number]

/** What an operator does before others come in. */
export const SETUP_STEPS = [
  'second-factor',
  'second-administrator',
  'emergency-access',
  'root-key',
  'transport',
  'target',
  'leaving',
  'documents',
  'single-sign-on',
  'witness',
] as const
export type SetupStep = (typeof SETUP_STEPS)[number]

/** By name, in the unit that the name says. */
const figures = z.record(z.string(), z.number())

/** How this process is doing, and what is left to set up. */
export const healthView = z.object({
  version: z.string(),
  node: z.string(),
  startedAt: z.string(),
  memoryBytes: z.int(),
  /** Lines that this installation has nothing of are absent. */
  lines: z.array(
    z.object({
      id: z.enum(HEALTH_LINES),
      state: z.enum(['ok', 'warning', 'failed']),
      figures,
      /** What was seen, and what to do about it where it is not well. */
      message: z.string(),
    }),
  ),
  setup: z.array(
    z.object({
      id: z.enum(SETUP_STEPS),
      /** `unknown`: nothing here can tell, a person has to look. */
      state: z.enum(['done', 'open', 'unknown']),
      figures,
      message: z.string(),
    }),
  ),
})
export type HealthView = z.output<typeof healthView>

/** Every key of the configuration: what it is, where that was said, what it does. Never a secret. */
export const settingsView = z.object({
  /** Null: no file was read. */
  file: z.string().nullable(),
  data: z.array(
    z.object({
      key: z.string(),
      /** Null when it is not set; `[secret]` where it is one. */
      value: z.unknown(),
      /** `default`, the file and its line, `env:NAME` or `flag`. */
      origin: z.string(),
      /** The variable of the environment that sets it; null where it stands in the file only. */
      variable: z.string().nullable(),
      /** Whether a running server follows a change. */
      reload: z.enum(['live', 'restart']),
      meaning: z.string(),
      /** The same in Chinese. */
      zh: z.string(),
    }),
  ),
})
