import { extname, join } from 'node:path'
import type { SkillReport } from '@freehold/contract/skill-report.ts'
import { skillReport } from '@freehold/contract/skill-report.ts'
import { inThread } from './in-thread.ts'

const THREAD = join(import.meta.dirname, `check-thread${extname(import.meta.filename)}`)

/** Certifies a bundle by its files, in a thread of its own. @throws Fault where it takes too long */
export const checkAside = async (bundle: Buffer, scanner: string): Promise<SkillReport> =>
  skillReport.parse(await inThread(THREAD, { bundle, scanner }))
