import type { Lines } from './answer.ts'
import { fieldsOf, FreeholdError } from './error.ts'
import { readText } from './sse.ts'

/** One JSON object a line, as they arrive. */
export async function* readLines(response: Response): Lines {
  let rest = ''
  for await (const text of readText(response)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield parsed(line)
  }
  if (rest.trim() !== '') yield parsed(rest)
}

function parsed(line: string): Record<string, unknown> {
  try {
    const fields = fieldsOf(JSON.parse(line))
    if (fields !== null) return { ...fields }
  } catch (cause) {
    throw new FreeholdError('broken_stream', 'A line of the answer is cut.', { cause })
  }
  throw new FreeholdError('unreadable_answer', 'A line of the answer is no JSON object.')
}
