import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { bundleOf } from '../bundle/bundle.ts'
import { readFolder } from '../bundle/pack.ts'
import type { ListedSkill } from '../catalogue/listed-skill.ts'
import { listingOf } from '../catalogue/listed-skill.ts'
import { readSkill } from '../installed/judging.ts'
import type { Believed } from '../repositories.ts'

/** In a checkout they lie beside the packages, and in a published package within it. */
const FOLDER = join(
  import.meta.dirname,
  ...(extname(import.meta.filename) === '.ts' ? ['../../../../../skills'] : ['../../../skills']),
)

interface BuiltInSkill extends Believed {
  readonly listed: ListedSkill
}

/**
 * The skills that come along. Whoever believes this program believes them: they are part of it, and a test of its
 * sees to it that each passes the check.
 */
export class BuiltInSkills {
  readonly #folder: string
  #read: Promise<ReadonlyMap<string, BuiltInSkill>> | null = null

  constructor(folder = FOLDER) {
    this.#folder = folder
  }

  async list(): Promise<readonly ListedSkill[]> {
    return [...(await this.#all()).values()].map(({ listed }) => listed)
  }

  /** Null where there is none of this name, or another version of it. */
  async find(name: string, version: string | undefined): Promise<Believed | null> {
    const found = (await this.#all()).get(name)
    return found && (version === undefined || found.listed.version === version) ? found : null
  }

  /** They do not change while the program runs. */
  #all(): Promise<ReadonlyMap<string, BuiltInSkill>> {
    this.#read ??= read(this.#folder).catch((error: unknown) => {
      this.#read = null
      throw error
    })
    return this.#read
  }
}

/** What they were tried with stays in the repository: a package has none of it, and the same digests. */
async function read(folder: string): Promise<ReadonlyMap<string, BuiltInSkill>> {
  const found = new Map<string, BuiltInSkill>()
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const { files } = await readFolder(join(folder, entry.name))
    const { bytes } = bundleOf(new Map([...files].filter(([path]) => !path.startsWith('tests/'))))
    const skill = readSkill(bytes)
    const { publisher } = skill.manifest.metadata
    found.set(entry.name, {
      bytes,
      verified: { level: 'certified', publisher, certification: null, skill },
      listed: {
        ...listingOf(skill),
        manifest: `sha256:${skill.digest}`,
        verdict: 'pass',
        digest: skill.digest,
        length: bytes.length,
      },
    })
  }
  return found
}
