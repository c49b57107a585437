import { extname, join } from 'node:path'
import type { SkillDraft, SkillDraftInput } from '@freehold/contract/skill-drafts.ts'
import { skillDraft } from '@freehold/contract/skill-drafts.ts'
import { inThread } from '../installed/in-thread.ts'

const THREAD = join(import.meta.dirname, `draft-thread${extname(import.meta.filename)}`)

/** Makes a draft in a thread of its own: documents may be large. @throws Fault as `draftOf` */
export const draftAside = async (input: SkillDraftInput, scanner: string): Promise<SkillDraft> =>
  skillDraft.parse(await inThread(THREAD, { input, scanner }))
