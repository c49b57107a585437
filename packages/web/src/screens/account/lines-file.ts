import type { Lines } from '@freehold/sdk'
import { save } from '../../parts/saving.ts'

/** Saves what comes line by line; one that breaks off throws, and nothing is saved that looks whole. */
export async function saveLines(name: string, lines: Lines): Promise<number> {
  const texts: string[] = []
  for await (const line of lines) texts.push(`${JSON.stringify(line)}\n`)
  save(name, new Blob(texts, { type: 'application/x-ndjson' }))
  return texts.length
}
