import { parseArgs } from 'node:util'
import type { embeddingsView } from '@freehold/contract/embeddings.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { z } from 'zod'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type EmbeddingsTerminal = Pick<Terminal, 'out'> & { readonly client: Pick<Client, 'call'> }

/** Shows how far the vectors of knowledge are. */
export const embeddings: Command & {
  readonly run: (args: readonly string[], terminal: EmbeddingsTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Show how far the vectors of knowledge are, and what keeps them',
    usage: 'freehold embeddings [--json]',
    options: { '--json': 'one line of JSON, as the API answers' },
    examples: ['freehold embeddings', 'freehold embeddings --json'],
  }),
  async run(args, { client, out }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    if (positionals.length > 0)
      throw new UsageError(`unexpected "${positionals[0]}" after "freehold embeddings"`)
    const { method, path, output } = OPERATIONS['embeddings.status']
    const view = output.parse(await client.call(method, path))
    out(values.json ? `${JSON.stringify(view)}\n` : said(view))
    return EXIT.ok.code
  },
}

function said(view: z.output<typeof embeddingsView>): string {
  const { model, state, documents, passages, embedded, withheld, held, fault, retryAt } = view
  if (model === null) return 'Nothing is embedded: knowledge.embeddingModel is not set.\n'
  const lines = [
    `Model: ${model}. State: ${state}.`,
    `Documents with vectors: ${embedded.documents} of ${documents}. Passages: ${embedded.passages} of ${passages}.`,
  ]
  if (withheld > 0) lines.push(`Passages without one because of what stands in them: ${withheld}.`)
  if (held.length > 0)
    lines.push(`Held back, because no rule leads there from their class: ${held.join(', ')}.`)
  if (fault !== null) lines.push(`The last attempt ended with ${fault}${retry(retryAt)}.`)
  return `${lines.join('\n')}\n`
}

const retry = (at: string | null): string => (at === null ? '' : `; it is tried again at ${at}`)
