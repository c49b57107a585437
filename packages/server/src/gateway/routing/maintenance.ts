import type { RouteInput, targetPutResult } from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { FileRouting } from './changes.ts'
import type { RoutingSettings } from './settings.ts'
import type { Settings } from './versions.ts'
import { targetViews } from './views.ts'

interface Turn {
  readonly request: string
  readonly name: string
  /** Out of service, or back. */
  readonly drained: boolean
}

/** Takes a target out of service or back, those of the file too. @throws Fault `not_found`, `conflict` */
export async function turnTarget(
  settings: RoutingSettings,
  caller: Caller,
  { name, drained, request }: Turn,
): Promise<z.output<typeof targetPutResult>> {
  const next = await settings.change({
    caller,
    basedOn: undefined,
    edit: (before, file) => withDrained(before, name, drained, file),
    record: (tx, version) =>
      append(tx, {
        action: drained ? 'target.drained' : 'target.resumed',
        actor: caller.principal.id,
        subject: name,
        request,
        detail: { version },
      }),
  })
  const target = targetViews(next).find((one) => one.name === name)
  if (!target) throw new Error('a target that was drained is not there')
  return { version: next.version, target }
}

/** The settings with this target, of the file or their own, out of service or back. @throws Fault `not_found` */
function withDrained(before: Settings, name: string, isDrained: boolean, file: FileRouting): Settings {
  const isKnown = [...file.targets, ...before.targets].some((target) => target.name === name)
  if (!isKnown) throw new Fault('not_found', `There is no target ${name}.`, { param: 'name' })
  const others = (before.drained ?? []).filter((one) => one !== name)
  return withNames(before, isDrained ? [...others, name] : others)
}

/** A target that comes back under this name one day is not out of service. */
export const undrained = (before: Settings, name: string): Settings =>
  withNames(
    before,
    (before.drained ?? []).filter((one) => one !== name),
  )

interface Today {
  readonly drained?: readonly string[] | undefined
  readonly shadow?: readonly RouteInput[] | null | undefined
}

/** Targets and rules of before, with what is out of service or on trial today: those say nothing about the rules. */
export const asOfToday = (earlier: Settings, { drained = [], shadow }: Today): Settings => ({
  ...withNames(earlier, drained),
  shadow: shadow ? [...shadow] : undefined,
})

/** Nothing is written where nothing is drained: older programs can read that version. */
const withNames = (before: Settings, drained: readonly string[]): Settings => ({
  ...before,
  drained: drained.length === 0 ? undefined : [...drained],
})
