import { citation } from '@freehold/contract/chat.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import { runNotice } from '@freehold/contract/sockets.ts'
import { FAULT_CODES } from '../../packages/server/src/kernel/fault.ts'
import { readComments } from './comments.ts'
import { clientText, describeAll, operationsText, tableText } from './operations.ts'
import { TypeWriter } from './types.ts'

const HEAD = '// Made from the contract by scripts/docs.mjs. Changes belong there.\n'

/** What of the SDK is made from the contract, by path. */
export async function sdkFiles(): Promise<Readonly<Record<string, string>>> {
  const comments = await readComments()
  // Once to learn what goes both ways.
  const first = new TypeWriter(comments)
  describeAll(first)
  first.declarations()
  const types = new TypeWriter(comments, first.both)
  const rows = describeAll(types)
  // Of what is written by hand.
  types.use(citation, 'out')
  types.use(dataClass, 'out')
  types.use(runNotice, 'out')
  const [client, operations, table] = [clientText(rows), operationsText(rows), tableText(types)]
  const { text, names } = types.declarations()
  const codes = FAULT_CODES.map((code) => `  | '${code}'\n`).join('')
  const folder = 'packages/sdk/src/generated'
  return {
    [`${folder}/types.ts`]: `${HEAD}import type { Page } from '../page.ts'

/** Why the server refused. */
export type FaultCode =
${codes}
${text}`,
    [`${folder}/platform.ts`]: `${HEAD}import type { Answer, CallOptions, Lines } from '../answer.ts'
import type { AnswerStream } from '../answer-stream.ts'
import type {
  ChatAnswer,
  ChatChunk,
  EmbeddingsAnswer,
  MessagesAnswer,
  MessagesEvent,
  ResponsesAnswer,
  ResponsesEvent,
} from '../dialects.ts'
import type { Page, Pages } from '../page.ts'
import type { Upload } from '../upload.ts'
import type {
${usedIn(client + operations, names)
  .map((name) => `  ${name},\n`)
  .join('')}} from './types.ts'

${client}
${operations}`,
    [`${folder}/table.ts`]: `${HEAD}import type { Row } from '../row.ts'

export const TABLE = {
${table}} as const satisfies Readonly<Record<string, Row>>
`,
  }
}

function usedIn(text: string, names: readonly string[]): readonly string[] {
  const words = new Set(text.match(/\w+/g))
  return names.filter((name) => words.has(name))
}
