import { z } from 'zod'

/** What an administrator says at installation. Everywhere in the manifest `{setting.name}` stands for the value. */
export const skillSetting = z.strictObject({
  name: z
    .string()
    .max(32)
    .regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and _, as in base_url'),
  title: z.string().min(1).max(80),
  description: z.string().min(1).max(400).optional(),
  /** Title and description for those who read Chinese. */
  zh: z
    .strictObject({
      title: z.string().min(1).max(80),
      description: z.string().min(1).max(400).optional(),
    })
    .optional(),
  type: z.enum(['text', 'host', 'port', 'url']),
  /** Holds until somebody says otherwise; tests and certification run with it. */
  default: z.union([z.string().min(1).max(2048), z.int().min(1).max(65_535)]),
})
export type SkillSetting = z.infer<typeof skillSetting>

/** Setting: value. */
export const settingValues = z.record(z.string().max(32), z.union([z.string().max(2048), z.number()]))
export type SettingValues = z.infer<typeof settingValues>
