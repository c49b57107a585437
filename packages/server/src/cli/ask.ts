import { parseArgs } from 'node:util'
import type { Citation } from '@freehold/contract/chat.ts'
import { citation } from '@freehold/contract/chat.ts'
import { DATA_CLASSES, dataClass } from '@freehold/contract/data-class.ts'
import { z } from 'zod'
import { RefusedError } from './client.ts'
import { eventData } from './event-stream.ts'
import { EXIT } from './exit-codes.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

const delta = z.looseObject({ content: z.string().optional(), annotations: z.array(citation).optional() })
const chunk = z.looseObject({ choices: z.array(z.looseObject({ delta })) })
const broken = z.looseObject({ error: z.looseObject({ message: z.string(), code: z.string() }) })

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      collection: { type: 'string', multiple: true },
      class: { type: 'string' },
      model: { type: 'string', default: 'extract-1' },
      json: { type: 'boolean', default: false },
    },
  })
  const question = positionals.join(' ').trim()
  if (question === '') throw new UsageError('ask needs a question: freehold ask "What is Freehold?"')
  if (values.class !== undefined && !dataClass.safeParse(values.class).success) {
    throw new UsageError(`--class must be one of ${DATA_CLASSES.join(', ')}`)
  }
  const body = {
    model: values.model,
    stream: true,
    messages: [{ role: 'user', content: question }],
    ...(values.collection && { freehold: { collections: values.collection } }),
  }
  const response = await terminal.client.stream('/v1/chat/completions', body, terminal.signal, values.class)
  const citations: Citation[] = []
  let text = ''
  for await (const event of eventData(response)) {
    const failure = broken.safeParse(event)
    if (failure.success) throw new RefusedError(0, failure.data.error.code, failure.data.error.message)
    const found = chunk.parse(event).choices[0]?.delta
    text += found?.content ?? ''
    if (!values.json) terminal.out(found?.content ?? '')
    citations.push(...(found?.annotations ?? []))
  }
  const processed = {
    zone: header(response.headers['x-freehold-zone']),
    class: header(response.headers['x-freehold-class']),
  }
  if (values.json) terminal.out(`${JSON.stringify({ text, citations, ...processed })}\n`)
  else terminal.out(`${footer(citations, text.endsWith('\n'))}\n`)
  return EXIT.ok.code
}

function header(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function footer(citations: readonly Citation[], onNewLine: boolean): string {
  const lines = citations.map(
    ({ n, title, documentId, span }) => `[${n}] ${title} (${documentId}, ${span.start}-${span.end})`,
  )
  return `${onNewLine ? '' : '\n'}${lines.length > 0 ? '\n' : ''}${lines.join('\n')}`
}

export const ask: Command = {
  help: helpText({
    summary: 'Ask a question and get quoted, cited sentences',
    usage: 'freehold ask [--collection ID]… [--class CLASS] [--json] QUESTION',
    options: {
      '--collection ID': 'search only this collection (repeatable)',
      '--class CLASS': `raise the class of the question: ${DATA_CLASSES.join(', ')}`,
      '--model NAME': 'the model to ask (default extract-1)',
      '--json': 'one JSON object: {text, citations, zone, class}',
    },
    examples: ['freehold ask "How do I create an API key?"', 'freehold ask --json "数据存在哪里?"'],
  }),
  run,
}
