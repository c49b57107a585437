import type { RouteInput, routeList } from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { withRoutes } from './changes.ts'
import type { ChangeRequest, RoutingSettings } from './settings.ts'
import type { Settings } from './versions.ts'

/** Puts rules on trial. They are checked like those in force. @throws Fault `invalid` with the field, or `conflict` */
export async function setShadow(
  settings: RoutingSettings,
  caller: Caller,
  { routes, version: basedOn, request }: ChangeRequest & { readonly routes: readonly RouteInput[] },
): Promise<void> {
  await settings.change({
    caller,
    basedOn,
    edit(before, file) {
      const shadow = [...routes]
      withRoutes(before, shadow, file)
      return { ...before, shadow }
    },
    record: (tx, version) =>
      append(tx, {
        action: 'shadow.set',
        actor: caller.principal.id,
        subject: 'settings',
        request,
        detail: { routes: routes.length, version },
      }),
  })
}

/** Ends the trial. @throws Fault `not_found` */
export async function removeShadow(
  settings: RoutingSettings,
  caller: Caller,
  { request }: ChangeRequest,
): Promise<void> {
  await settings.change({
    caller,
    basedOn: undefined,
    edit(before) {
      onTrial(before)
      return { ...before, shadow: undefined }
    },
    record: (tx, version) =>
      append(tx, {
        action: 'shadow.removed',
        actor: caller.principal.id,
        subject: 'settings',
        request,
        detail: { version },
      }),
  })
}

/** Puts the rules on trial in force. @throws Fault `not_found`, `conflict`, or `invalid` when they fit no more */
export async function promoteShadow(
  settings: RoutingSettings,
  caller: Caller,
  { version: basedOn, request }: ChangeRequest,
): Promise<z.output<typeof routeList>> {
  let promoted = 0
  await settings.change({
    caller,
    basedOn,
    edit(before, file) {
      const routes = onTrial(before)
      promoted = routes.length
      return { ...withRoutes(before, routes, file), shadow: undefined }
    },
    record: (tx, version) =>
      append(tx, {
        action: 'shadow.promoted',
        actor: caller.principal.id,
        subject: 'settings',
        request,
        detail: { routes: promoted, version },
      }),
  })
  return settings.routes()
}

function onTrial({ shadow }: Settings): Settings['routes'] {
  if (shadow === undefined) throw new Fault('not_found', 'No rules are on trial.')
  return shadow
}
