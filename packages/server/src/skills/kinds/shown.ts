import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { Fault } from '../../kernel/fault.ts'
import type { SandboxSettings } from '../sandboxes.ts'
import type { StrongMount } from '../strong/strong.ts'

type CodeManifest = Extract<SkillManifest, { kind: 'code' }>

const PLACE = '/packages/node_modules'
const packageFile = z.object({ version: z.string() })

/**
 * What of this machine a program is shown besides its own files, all of it to read only: folders that it declares and the
 * operator offers under the same name, and packages in exactly the version that it names.
 * @throws Fault `skill_denied` for a package that is not there in that version
 */
export async function shownTo(
  { permissions, code }: CodeManifest,
  { folders = {}, packages }: Pick<SandboxSettings, 'folders' | 'packages'>,
): Promise<readonly StrongMount[]> {
  const read = permissions.files.read.flatMap((to) => {
    const from = Object.hasOwn(folders, to.slice(1)) ? folders[to.slice(1)] : undefined
    return from === undefined ? [] : [{ from, to }]
  })
  const named = Object.entries(code.packages).map(async ([name, version]) => {
    const from = packages === undefined ? null : join(packages, 'node_modules', name)
    const found = from === null ? null : await versionAt(from)
    if (from !== null && found === version) return { from, to: `${PLACE}/${name}` }
    const there = found === null ? '' : `; ${found} is there`
    throw new Fault(
      'skill_denied',
      `This skill needs the package ${name} ${version} in the folder that skills.packages names${there}.`,
      { param: `code.packages.${name}` },
    )
  })
  return [...read, ...(await Promise.all(named))]
}

async function versionAt(folder: string): Promise<string | null> {
  try {
    const read = packageFile.safeParse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
    return read.success ? read.data.version : null
  } catch {
    return null
  }
}
