import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { SettingValues } from '@freehold/contract/skill-settings.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { withoutTypes } from '../isolate/without-types.ts'
import type { SkillPackage, SkillRunner } from '../runner.ts'
import type { Sandboxes } from '../sandboxes.ts'
import type { StrongOptions } from '../strong/strong.ts'
import { openStrong } from '../strong/strong.ts'
import { hostFunctions } from './host-functions.ts'
import { Program } from './program.ts'
import { shownTo } from './shown.ts'

type CodeManifest = Extract<SkillManifest, { kind: 'code' }>

/** Programs of one skill that wait for their caller's next call. */
const MOST_IDLE = 4
const IDLE_MS = 60_000
/** Where the part that speaks to the host lies in the box; no file of a skill can have such a name. */
const SHIM = '.freehold'

/** Skills of kind `code`: in the isolate, or as a program in the strong sandbox. @throws Fault `skill_denied` */
export async function openCode(
  skill: SkillPackage,
  { sandboxes }: { readonly sandboxes: Sandboxes },
): Promise<SkillRunner> {
  const { manifest } = skill
  if (manifest.kind !== 'code') throw new Error(`a skill of kind ${manifest.kind} was opened as code`)
  const entry = manifest.code.entry.replace(/^\.\//, '')
  if (!skill.files.has(entry)) {
    throw new Fault('invalid', `The skill has no file ${entry}.`, { param: 'code.entry' })
  }
  return manifest.code.sandbox === 'isolate'
    ? await inIsolate(skill, manifest, { entry, sandboxes })
    : await inBoxes(skill, manifest, { entry, sandboxes })
}

interface Around {
  readonly entry: string
  readonly sandboxes: Sandboxes
}

async function inIsolate(
  skill: SkillPackage,
  manifest: CodeManifest,
  { entry, sandboxes }: Around,
): Promise<SkillRunner> {
  const modules = await modulesOf(skill)
  const isolate = await sandboxes.isolate()
  const code = { digest: skill.digest, entry, modules }
  const settings = settingsOf(manifest)
  return {
    async run(operation, input, context) {
      assertDeclared(manifest, operation)
      const json = await isolate.run({
        code,
        operation,
        input: JSON.stringify({ input, settings }),
        limits: manifest.limits,
        ask: hostFunctions(context),
        signal: context.signal,
      })
      return { value: JSON.parse(json) as unknown }
    },
    async close() {},
  }
}

/** Setting: value, as an administrator gave it or else as the manifest does. */
const settingsOf = ({ settings }: CodeManifest): SettingValues =>
  Object.fromEntries(settings.map(({ name, default: value }) => [name, value]))

/** The modules of a skill as JavaScript. */
async function modulesOf({ files }: SkillPackage): Promise<ReadonlyMap<string, string>> {
  const modules = [...files].filter(([path]) => /\.(?:m?js|ts)$/.test(path))
  const texts = new Map(modules.map(([path, bytes]) => [path, bytes.toString('utf8')]))
  const typed = new Map([...texts].filter(([path]) => path.endsWith('.ts')))
  return typed.size === 0 ? texts : new Map([...texts, ...(await withoutTypes(typed))])
}

async function inBoxes(
  skill: SkillPackage,
  manifest: CodeManifest,
  { entry, sandboxes }: Around,
): Promise<SkillRunner> {
  const strong = await sandboxes.strong()
  const mounts = await shownTo(manifest, sandboxes.settings)
  const options = { ...(await programOf(skill, manifest, entry)), mounts }
  const { cpuMs, outputBytes } = manifest.limits
  const idle: { readonly owner: string; readonly program: Program; readonly timer: NodeJS.Timeout }[] = []
  const all = new Set<Program>()
  const drop = (program: Program): void => {
    all.delete(program)
    const at = idle.findIndex((one) => one.program === program)
    if (at >= 0) clearTimeout(idle.splice(at, 1)[0]?.timer)
    void program.end()
  }
  const take = async (owner: string): Promise<Program> => {
    const at = idle.findLastIndex((one) => one.owner === owner)
    const [known] = at < 0 ? [] : idle.splice(at, 1)
    clearTimeout(known?.timer)
    if (known !== undefined) return known.program
    const program = new Program(await openStrong(strong, options), outputBytes, (bound) => {
      drop(program)
      sandboxes.figures.killed('strong', bound)
    })
    all.add(program)
    return program
  }
  const giveBack = (owner: string, program: Program): void => {
    if (!program.isAlive) return
    idle.push({ owner, program, timer: setTimeout(() => drop(program), IDLE_MS).unref() })
    const [oldest] = idle
    if (idle.length > MOST_IDLE && oldest !== undefined) drop(oldest.program)
  }
  // Here and not with the first call: whoever installs it learns that it cannot run.
  if (strong.backend === null) await openStrong(strong, options)
  return {
    async run(operation, input, context) {
      assertDeclared(manifest, operation)
      const owner = ownerOf(context.caller)
      const program = await take(owner)
      const { signal } = context
      try {
        const value = await program.perform({
          operation,
          input,
          settings: settingsOf(manifest),
          cpuMs,
          outputBytes,
          ask: hostFunctions(context),
          signal,
        })
        sandboxes.figures.called('strong', 'ok')
        return { value }
      } catch (error) {
        sandboxes.figures.called('strong', 'failed')
        throw error
      } finally {
        giveBack(owner, program)
      }
    },
    async close() {
      for (const program of all) drop(program)
    },
  }
}

/** A program that one caller has used serves no other one. */
const ownerOf = ({ tenant, principal }: Caller): string =>
  JSON.stringify([tenant, principal.kind, principal.id])

function assertDeclared({ operations }: CodeManifest, operation: string): void {
  if (operations.some(({ id }) => id === operation)) return
  throw new Fault('no_such_operation', 'This skill has no such operation.', { param: 'operation' })
}

async function programOf(skill: SkillPackage, manifest: CodeManifest, entry: string): Promise<StrongOptions> {
  const { language } = manifest.code
  const limits = { memoryMb: manifest.limits.memoryMb, processes: 1, tmpMb: 0 }
  if (language === 'binary') {
    return { files: skill.files, command: `/skill/${entry}`, args: [], env: {}, limits }
  }
  const shim = language === 'python' ? 'host.py' : 'host.mjs'
  const bytes = await readFile(join(import.meta.dirname, 'shims', shim))
  return {
    files: new Map([...skill.files, [`${SHIM}/${shim}`, bytes]]),
    command: language === 'python' ? 'python' : 'node',
    args: [`/skill/${SHIM}/${shim}`, `/skill/${entry}`],
    env: {},
    limits,
  }
}
