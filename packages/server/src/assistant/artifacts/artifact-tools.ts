import { MOST_ARTIFACT_CHARACTERS } from '@freehold/contract/artifacts.ts'
import { z } from 'zod'
import type { Tool } from '../../skills/tool.ts'
import { note, pageEnd } from '../loop/knowledge-tools.ts'
import { schemaOf } from '../loop/tool-schema.ts'
import type { Artifacts } from './artifacts.ts'

const PAGE_CHARACTERS = 12_000

const writeInput = z.strictObject({
  title: z.string().trim().min(1).max(200).describe('What the document is called'),
  mediaType: z
    .string()
    .max(100)
    .regex(/^[a-z]+\/[a-z\d][a-z\d.+-]*$/)
    .default('text/markdown')
    .describe('What its text is, such as text/markdown, text/html or text/x-python'),
  text: z.string().min(1).max(MOST_ARTIFACT_CHARACTERS).describe('The whole text of this version'),
  artifact: z.uuid().optional().describe('The id of the document that this is a new version of'),
})
const readInput = z.strictObject({
  artifact: z.uuid().describe('The id of the document'),
  from: z.int().min(0).default(0).describe('Where to begin: the `next` of the page before'),
})

/** What a model writes and reads again of documents of its conversation. */
export const artifactTools = (artifacts: Artifacts): readonly Tool[] => [
  writeArtifact(artifacts),
  readArtifact(artifacts),
]

/**
 * Its effect is that of a read: what a model says is kept with the conversation anyway, in its answer or beside it, and
 * nothing else is changed and nothing leaves. So nobody is asked, whatever the context holds.
 */
const writeArtifact = (artifacts: Artifacts): Tool => ({
  name: 'write_artifact',
  description:
    'Keeps a document or a piece of code beside this conversation, where the user can read it and see its versions. For longer texts that the user asked for; not for answers.',
  input: schemaOf(writeInput),
  effect: 'read',
  dials: 'nowhere',
  confirm: 'never',
  idempotent: true,
  async run(input, { caller, conversation, run, call, class: of, signal }) {
    const { artifact = null, ...body } = writeInput.parse(input)
    signal.throwIfAborted()
    const by = { conversation, run, call, class: of }
    const { id, version } = await artifacts.writeByModel(caller, by, { ...body, artifact })
    return { parts: [note(`Kept as artifact ${id}, version ${version}.`)] }
  },
})

const readArtifact = (artifacts: Artifacts): Tool => ({
  name: 'read_artifact',
  description: `Reads the newest version of a document that write_artifact or the user wrote, ${PAGE_CHARACTERS} characters at a time.`,
  input: schemaOf(readInput),
  effect: 'read',
  dials: 'nowhere',
  confirm: 'never',
  idempotent: true,
  async run(input, { caller, conversation, signal }) {
    const { artifact, from } = readInput.parse(input)
    const { text, version, class: of } = await artifacts.readHere(caller, { artifact, conversation })
    signal.throwIfAborted()
    const end = pageEnd(text, Math.min(from, text.length), PAGE_CHARACTERS)
    const rest = end < text.length ? `There is more: from ${end} of ${text.length}.` : 'This is its end.'
    return {
      parts: [
        // Whoever wrote it may have had anything before them.
        { origin: 'tool', integrity: 'untrusted', class: of, text: text.slice(from, end) },
        note(`Version ${version}. ${rest}`),
      ],
    }
  },
})
