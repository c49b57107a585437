import type { SkillAccess } from '@freehold/contract/skill-access.ts'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { SkillPackage } from '../runner.ts'
import { operationsOf } from './operations.ts'

/** What a skill may do, as data. @throws Fault `invalid` where its document does not have what it includes */
export function accessOf(skill: Pick<SkillPackage, 'manifest' | 'files'>): SkillAccess {
  const { manifest } = skill
  const { permissions, auth, compat, exposes } = manifest
  const operations = shownOf(skill)
  return {
    hosts: [...permissions.network],
    secrets: permissions.secrets.map((name) => {
      const ways = auth.filter((one) => 'secret' in one && one.secret === name)
      const hosts = ways.flatMap(({ host }) =>
        host === undefined ? permissions.network.map((one) => one.host) : [host],
      )
      return { name, type: ways[0]?.type ?? null, hosts: [...new Set(hosts)] }
    }),
    data: permissions.data,
    operations,
    effects: [...new Set(operations.map(({ effect }) => effect))],
    files: permissions.files,
    process: permissions.process,
    modelTokens: permissions.model.maxTokens,
    storageBytes: permissions.storage.bytes,
    tools: manifest.kind === 'mcp' ? manifest.mcp.tools.include : [],
    skills: compat.requires.map(({ skill: name }) => name),
    exposes: [...exposes],
  }
}

function shownOf(skill: Pick<SkillPackage, 'manifest' | 'files'>): SkillAccess['operations'] {
  const written: readonly SkillManifest['operations'][number][] = skill.manifest.operations
  // A tool that nobody has described writes, whatever its server says.
  if (skill.manifest.kind === 'mcp')
    return written.map(({ id, effect = 'write', confirm }) => ({ id, effect, confirm }))
  return operationsOf(skill).map(({ id, effect, confirm }) => ({ id, effect, confirm }))
}
