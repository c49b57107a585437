import { Fault } from '../../kernel/fault.ts'
import type { ResultText, SkillPackage, SkillRunner } from '../runner.ts'

/** What a prompt skill is asked with: its instructions, or one of the files beside them. */
export const PROMPT_OPERATION = 'read'
const MOST_CHARACTERS = 256 * 1024

/** The one operation of every prompt skill. */
export const promptInput = (resources: readonly string[]) => ({
  type: 'object',
  properties: {
    resource: {
      type: 'string',
      description: 'A file of the skill; without it the instructions.',
      ...(resources.length > 0 ? { enum: resources } : { maxLength: 0 }),
    },
  },
  additionalProperties: false,
})

/** Skills of kind `prompt`: text for the model. They reach nothing, so that nothing is asked of the context. */
export function openPrompt({ manifest, files }: SkillPackage): SkillRunner {
  if (manifest.kind !== 'prompt') throw new Error(`a skill of kind ${manifest.kind} was opened as prompt`)
  const { instructions, resources } = manifest.prompt
  const named = new Map(resources.map((path) => [path, path.replace(/^\.\//, '')]))
  return {
    async run(operation, input) {
      if (operation !== PROMPT_OPERATION) {
        throw new Fault('no_such_operation', `A skill of text is asked with ${PROMPT_OPERATION} alone.`, {
          param: 'operation',
        })
      }
      const asked = input['resource']
      const path =
        asked === undefined
          ? instructions.replace(/^\.\//, '')
          : typeof asked === 'string'
            ? named.get(asked)
            : undefined
      if (path === undefined) {
        throw new Fault('not_found', 'The skill has no such file.', { param: 'resource' })
      }
      const texts: readonly ResultText[] = [{ origin: 'document', text: textOf(files.get(path), path) }]
      return { value: { resource: asked ?? null }, texts }
    },
    async close() {},
  }
}

function textOf(bytes: Buffer | undefined, path: string): string {
  if (bytes === undefined) throw new Fault('not_found', `${path} is not in the skill.`, { param: 'resource' })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Fault('skill_failed', `${path} is no text.`, { param: 'resource', cause })
  }
  if (text.length > MOST_CHARACTERS)
    throw new Fault('too_large', `${path} is longer than ${MOST_CHARACTERS} characters.`)
  return withoutFrontMatter(text)
}

/** What a SKILL.md says of itself is in the manifest; what it says to the model follows. */
const withoutFrontMatter = (text: string): string =>
  text.replace(/^\uFEFF?---\r?\n[\s\S]*?\r?\n---[^\S\n]*(?:\n|$)/, '')
