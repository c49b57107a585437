import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { DescribedOperation } from '../kinds/operations.ts'
import { readFrontMatter } from './front-matter.ts'
import { lineOf, yamlText } from './imported.ts'

/**
 * The SKILL.md that goes with a manifest, as the strictest readers of Agent Skills take it: block style, the fields of the
 * specification and no others, texts alone.
 */
export function emitSkillMd(
  manifest: SkillManifest,
  operations: readonly DescribedOperation[],
  instructions: string | null,
): string {
  const { name, version, publisher, title, description, licence } = manifest.metadata
  const front = {
    name,
    // Plain words only: some readers take a mark-up sign for an order.
    description: lineOf(description.replaceAll(/[<>]/g, ' '), 1024) ?? title,
    license: licence,
    compatibility:
      `Freehold skill API ${manifest.compat.skillApi}, platform ${manifest.compat.platform}`.slice(0, 500),
    metadata: { 'freehold-manifest': 'skill.yaml', kind: manifest.kind, publisher, version: `v${version}` },
  }
  const body =
    instructions === null ? described(title, description, operations) : readFrontMatter(instructions).body
  return `---\n${yamlText(front)}---\n\n${body.trim()}\n`
}

function described(title: string, description: string, operations: readonly DescribedOperation[]): string {
  const list = operations.map(
    (one) =>
      `- \`${one.id}\` (${one.effect}): ${one.description}${one.examples.en
        .slice(0, 2)
        .map((example) => ` — "${example}"`)
        .join('')}`,
  )
  return [`# ${title}`, description, ...(list.length > 0 ? ['## Operations', list.join('\n')] : [])].join(
    '\n\n',
  )
}
