import type { SkillRepository } from '../oci/skill-repository.ts'
import { updateCatalogue } from './catalogue-client.ts'
import type { CataloguePorts } from './skill-catalogue.ts'
import { REVOCATIONS, skillsIn } from './listed-skill.ts'

/** What is copied, and to where; it is believed first, by whoever copies. */
export interface Mirroring extends CataloguePorts {
  readonly to: SkillRepository
}

/** Copies a repository as it is, to be carried to where there is no network. @returns how many skills @throws Fault */
export async function mirror({ repository, store, trust, clock, to }: Mirroring): Promise<number> {
  const { targets } = await updateCatalogue({ source: repository, store, trust, now: clock.now() })
  const skills = skillsIn(targets)
  for (const one of skills) {
    const bytes = await repository.file(one.digest, one.length)
    const { manifest } = await to.publish({ bytes, digest: one.digest }, one)
    await to.attach(manifest, await repository.envelopes(one.manifest))
  }
  const revoked = targets[REVOCATIONS]
  if (revoked !== undefined)
    await to.putFile(REVOCATIONS, await repository.file(revoked.hashes.sha256, revoked.length))
  for (let version = trust.root?.version ?? 1; ; version += 1)
    if (!(await copied(repository, to, `${version}.root.json`))) break
  for (const role of ['targets', 'snapshot'] as const) {
    const bytes = store.read(role)
    const { signed } = JSON.parse(bytes?.toString('utf8') ?? '{}') as {
      readonly signed: { readonly version: number }
    }
    if (bytes !== null) await to.putMetadata(`${signed.version}.${role}.json`, bytes)
  }
  // Last, because it is what makes the rest count.
  const timestamp = store.read('timestamp')
  if (timestamp !== null) await to.putMetadata('timestamp.json', timestamp)
  return skills.length
}

const MOST_ROOT_BYTES = 512 * 1024

async function copied(from: SkillRepository, to: SkillRepository, name: string): Promise<boolean> {
  const bytes = await from.metadata(name, MOST_ROOT_BYTES)
  if (bytes === null) return false
  await to.putMetadata(name, bytes)
  return true
}
