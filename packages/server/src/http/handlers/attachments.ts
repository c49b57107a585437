import { dataClass } from '@freehold/contract/data-class.ts'
import { z } from 'zod'
import type { OfferedFile } from '../../assistant/attachments/attaching.ts'
import type { Assistant } from '../../assistant/assistant.ts'
import { Fault } from '../../kernel/fault.ts'
import { parseInput } from '../../kernel/input.ts'
import { TextAnswer } from '../text-answer.ts'
import type { Handlers, UploadedForm } from './handlers.ts'

type AttachmentOperation = Extract<keyof Handlers, `${'attachment' | 'artifact'}.${string}`>

/** Files of conversations, and documents that are written in them. */
export function attachmentHandlers({
  files,
  artifacts,
}: Pick<Assistant, 'files' | 'artifacts'>): Pick<Handlers, AttachmentOperation> {
  return {
    'attachment.add': (call) => files.add(call, call.params.id, offered(call.body)),
    'attachment.list': async ({ caller, params }) => ({ data: await files.list(caller, params.id) }),
    'attachment.read': ({ caller, params }) => files.read(caller, params.id),
    'attachment.text': ({ caller, params }) => files.text(caller, params.id),
    async 'attachment.download'({ caller, params, header }) {
      const { name, mediaType, bytes } = await files.file(caller, params.id)
      header('content-disposition', dispositionOf(name))
      header('x-content-type-options', 'nosniff')
      return new TextAnswer(shownAs(mediaType), bytes)
    },
    async 'attachment.delete'(call) {
      await files.delete(call, call.params.id)
      return undefined
    },
    'artifact.create': (call) => artifacts.create(call, call.params.id, call.body),
    'artifact.list': async ({ caller, params }) => ({ data: await artifacts.list(caller, params.id) }),
    'artifact.write': (call) => artifacts.write(call, call.params.id, call.body),
    'artifact.read': ({ caller, params, query }) => artifacts.read(caller, params.id, query.version),
    async 'artifact.delete'(call) {
      await artifacts.delete(call, call.params.id)
      return undefined
    },
  }
}

const form = z.strictObject({ class: dataClass.optional() })

function offered(
  body:
    | { readonly form: UploadedForm }
    | { readonly name: string; readonly text: string; readonly class?: OfferedFile['class'] },
): OfferedFile {
  if (!('form' in body))
    return { name: body.name, bytes: Buffer.from(body.text.toWellFormed()), class: body.class }
  const { file, fields } = body.form
  if (file === null) throw new Fault('invalid', 'file: the form must hold one file part.', { param: 'file' })
  return { ...parseInput(form, fields), name: file.name, bytes: file.bytes }
}

/** What a browser could run leaves as text. */
const shownAs = (mediaType: string): string =>
  mediaType === 'text/html'
    ? 'text/plain; charset=utf-8'
    : mediaType.startsWith('text/')
      ? `${mediaType}; charset=utf-8`
      : mediaType

/** RFC 6266, with the name in ASCII for those that read no other (RFC 8187 for all others). */
function dispositionOf(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const extended = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`
}
