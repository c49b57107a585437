import type { Step } from '../run/run-told.ts'

/** An artifact that an answer wrote or wrote anew. */
export interface WrittenArtifact {
  readonly id: string
  /** Empty where the call does not say. */
  readonly title: string
  readonly version: number
}

const KEPT = /^Kept as artifact ([0-9a-f-]{36}), version (\d{1,9})\.$/

/** What the calls of an answer left beside the conversation, each once and as the newest version that it wrote. */
export function writtenBy(steps: readonly Step[]): readonly WrittenArtifact[] {
  const written = new Map<string, WrittenArtifact>()
  for (const { name, arguments: asked, parts } of steps.flatMap(({ tools }) => tools)) {
    if (name !== 'write_artifact') continue
    const [, id, version] = KEPT.exec(parts.map(({ text }) => text).join('')) ?? []
    if (id === undefined) continue
    const title = titleOf(asked) || (written.get(id)?.title ?? '')
    written.set(id, { id, title, version: Number(version) })
  }
  return [...written.values()]
}

function titleOf(json: string): string {
  try {
    const asked: unknown = JSON.parse(json)
    const isNamed = typeof asked === 'object' && asked !== null && 'title' in asked
    return isNamed && typeof asked.title === 'string' ? asked.title : ''
  } catch {
    return ''
  }
}
