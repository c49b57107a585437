import type { Caller } from '../../identity/caller.ts'
import { scopesOf } from '../../identity/authorise.ts'
import { Fault } from '../../kernel/fault.ts'
import type { SkillPackage } from '../runner.ts'
import type { Tool } from '../tool.ts'
import type { Calling } from './calling.ts'
import { isFor } from './choosing.ts'
import { fileInputs, withFilesNamed, withLastAttached } from './file-inputs.ts'
import type { KnownSkill, KnownSkills } from './known-skills.ts'
import type { OfferedOperation } from './offered.ts'
import { partsOf } from './result-parts.ts'
import { toolName } from './tool-names.ts'

export interface OfferingRooms {
  readonly known: KnownSkills
  readonly calling: Calling
  /** A skill could not be opened, and is not offered. */
  readonly report: (error: unknown, skill: string) => void
}

/** Skills as tools of whoever asks: only those that this caller may use, as they are now. */
export class OfferedTools {
  readonly #rooms: OfferingRooms
  readonly #tools = {
    named: new WeakMap<OfferedOperation, Tool>(),
    sent: new WeakMap<OfferedOperation, Tool>(),
  }

  constructor(rooms: OfferingRooms) {
    this.#rooms = rooms
  }

  /**
   * `key`: the same for all that has to go to one version, such as a run. Files that a tool takes are named in a
   * conversation, and sent by whoever calls from elsewhere.
   */
  async toolsFor(caller: Caller, key: string, files: 'named' | 'sent' = 'named'): Promise<readonly Tool[]> {
    const usable = await this.#usable(caller)
    const found = await Promise.all(usable.map((skill) => this.#toolsOf(caller, skill, { key, files })))
    return found.flat()
  }

  /** The packages behind them. */
  async catalogue(caller: Caller): Promise<readonly SkillPackage[]> {
    const usable = await this.#usable(caller)
    return usable.flatMap(({ active }) => (active?.isUsable ? [active.package] : []))
  }

  async #usable(caller: Caller): Promise<readonly KnownSkill[]> {
    if (!scopesOf(caller).has('skills')) return []
    if (caller.restraint?.operation('skill.use')) return []
    const skills = await this.#rooms.known.of(caller.tenant)
    return [...skills.values()].filter(
      (skill) => isFor(skill, caller) && (skill.active?.isUsable === true || skill.canary !== null),
    )
  }

  async #toolsOf(
    caller: Caller,
    skill: KnownSkill,
    { key, files }: { readonly key: string; readonly files: 'named' | 'sent' },
  ): Promise<readonly Tool[]> {
    try {
      const found = await this.#rooms.calling.opened(caller, skill, key)
      if (found === null) return []
      const { package: pack } = found.version
      return [...found.opened.operations.values()]
        .filter(({ effect }) => !caller.restraint?.skill(skill.name, effect, 'public'))
        .map((operation) => this.#tool(pack, operation, files))
    } catch (error) {
      if (!(error instanceof Fault)) this.#rooms.report(error, skill.name)
      return []
    }
  }

  #tool({ manifest }: SkillPackage, operation: OfferedOperation, files: 'named' | 'sent'): Tool {
    const tools = this.#tools[files]
    const known = tools.get(operation)
    if (known) return known
    const { calling } = this.#rooms
    const skill = manifest.metadata.name
    const taken = files === 'named' ? fileInputs(operation.input) : []
    const made: Tool = {
      name: toolName(skill, operation.id),
      skill,
      title: titleOf(manifest.metadata, operation),
      description: `${operation.description} (${manifest.metadata.title})`,
      ...(operation.examples.length > 0 && { examples: operation.examples }),
      input: withFilesNamed(operation.input, taken, operation.effect === 'read'),
      effect: operation.effect,
      dials: manifest.permissions.network.length > 0 ? 'declared' : 'nowhere',
      confirm: operation.confirm,
      idempotent: operation.idempotent,
      timeoutMs: operation.timeoutMs,
      resultCharacters: manifest.limits.outputBytes,
      async run(input, { caller, conversation, run, call, class: reached, attached = [], signal }) {
        const made = await calling.call(caller, {
          skill,
          operation: operation.id,
          // The loop has checked it against the schema, which is one of an object.
          input: withLastAttached(input as Readonly<Record<string, unknown>>, taken, attached),
          class: reached,
          call: `${run} ${call}`,
          key: run,
          ...(files === 'named' && { conversation }),
          signal,
        })
        return { parts: partsOf(made, made.class) }
      },
    }
    tools.set(operation, made)
    return made
  }
}

/** As its author calls it in either language, and otherwise the skill with the words of its id. */
function titleOf({ title, zh }: SkillPackage['manifest']['metadata'], operation: OfferedOperation) {
  const words = operation.id.replaceAll(/[_-]+/g, ' ')
  return {
    en: operation.title ?? `${title}: ${words}`,
    zh: operation.zh?.title ?? operation.title ?? `${zh?.title ?? title}：${words}`,
  }
}
