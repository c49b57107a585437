import { SKILL_API } from '@freehold/contract/skill-manifest.ts'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { Refuse } from '../manifest-problem.ts'
import { isRange } from '../version-range.ts'

/** What follows from the kind: which files there must be, and what it may declare at all. */
export function checkKind(
  manifest: SkillManifest,
  files: ReadonlyMap<string, Buffer> | undefined,
  refuse: Refuse,
): void {
  checkCompat(manifest, refuse)
  if (files !== undefined) checkFiles(manifest, files, refuse)
  if (manifest.kind === 'prompt') checkPrompt(manifest, refuse)
  if (manifest.kind === 'code') checkCode(manifest, refuse)
  if (
    manifest.kind === 'mcp' &&
    manifest.mcp.transport === 'stdio' &&
    manifest.permissions.process === 'none'
  ) {
    const message = 'starts a program: set permissions.process to node, python or binary'
    refuse('process-undeclared', ['mcp', 'transport'], message)
  }
  for (const [at, { operation }] of manifest.exposes.entries()) {
    const isKnown =
      manifest.operations.some(({ id }) => id === operation) ||
      manifest.kind === 'openapi' ||
      manifest.kind === 'mcp'
    if (!isKnown) refuse('exposes-operation', ['exposes', at, 'operation'], 'is no operation of this skill')
  }
}

function checkCompat({ compat }: SkillManifest, refuse: Refuse): void {
  const message = 'is no range of versions, as in ">=1.2.0 <2.0.0", ^1.2.0, ~1.2.0 or *'
  if (!isRange(compat.platform)) refuse('manifest-version', ['compat', 'platform'], message)
  for (const [at, { range }] of compat.requires.entries()) {
    if (!isRange(range)) refuse('manifest-version', ['compat', 'requires', at, 'range'], message)
  }
  if (compat.skillApi !== SKILL_API) {
    refuse(
      'manifest-version',
      ['compat', 'skillApi'],
      `must be "${SKILL_API}", the one that this version offers`,
    )
  }
}

function checkFiles(manifest: SkillManifest, files: ReadonlyMap<string, Buffer>, refuse: Refuse): void {
  for (const [path, steps] of filesOf(manifest)) {
    if (files.has(path.replace(/^\.\//, ''))) continue
    refuse('manifest-file', steps, 'names a file that is not in the folder of the skill')
  }
}

function filesOf(
  manifest: SkillManifest,
): readonly (readonly [path: string, steps: readonly (string | number)[]])[] {
  switch (manifest.kind) {
    case 'openapi':
      return [[manifest.openapi.source, ['openapi', 'source']]]
    case 'code':
      return [[manifest.code.entry, ['code', 'entry']]]
    case 'prompt':
      return [
        [manifest.prompt.instructions, ['prompt', 'instructions']],
        ...manifest.prompt.resources.map((path, at) => [path, ['prompt', 'resources', at]] as const),
      ]
    default:
      return []
  }
}

function checkPrompt({ permissions, auth, exposes }: SkillManifest, refuse: Refuse): void {
  const { network, secrets, files, process, model, storage } = permissions
  const asked: readonly (readonly [string, boolean])[] = [
    ['network', network.length > 0],
    ['secrets', secrets.length > 0],
    ['files', files.read.length + files.write.length > 0],
    ['process', process !== 'none'],
    ['model', model.maxTokens > 0],
    ['storage', storage.bytes > 0],
  ]
  const message = 'a skill of kind prompt is text and does nothing by itself: remove this'
  for (const [name, isAsked] of asked) {
    if (isAsked) refuse('prompt-permissions', ['permissions', name], message, { of: 'key' })
  }
  if (auth.length > 0) refuse('prompt-permissions', ['auth'], message, { of: 'key' })
  if (exposes.length > 0) refuse('prompt-permissions', ['exposes'], message, { of: 'key' })
}

function checkCode({ code, permissions }: Extract<SkillManifest, { kind: 'code' }>, refuse: Refuse): void {
  const needed = { js: 'node', ts: 'node', python: 'python', binary: 'binary' } as const
  if (code.sandbox === 'isolate') {
    if (code.language === 'js' || code.language === 'ts') return undefined
    return refuse(
      'process-undeclared',
      ['code', 'sandbox'],
      `must be process, because the language is ${code.language}`,
    )
  }
  if (permissions.process === needed[code.language]) return undefined
  const message = `runs as a program: set permissions.process to ${needed[code.language]}`
  return refuse('process-undeclared', ['code', 'sandbox'], message)
}
