import type { Gateway } from '../../gateway/gateway.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Call, Handlers } from './handlers.ts'

type PolicyOperation = Extract<keyof Handlers, `policy.${string}`>

/** Policies, their versions, and who may do what by them. */
export function policyHandlers(
  { policies }: Pick<Identity, 'policies'>,
  routing: Pick<Gateway['routing'], 'current'>,
): Pick<Handlers, PolicyOperation> {
  const by = ({ caller, request }: Pick<Call<'policy.read'>, 'caller' | 'request'>) => ({
    caller,
    request,
    zoneOf: (name: string) => routing.current.routing.targets.get(name)?.zone ?? null,
  })
  return {
    'policy.read': (call) => policies.read(by(call)),
    'policy.put': (call) => policies.put(by(call), call.body),
    'policy.check': (call) => policies.check(by(call), call.body.text),
    'policy.explain': (call) => policies.explain(by(call), call.body),
    'policy.versions': (call) => policies.versions(by(call), call.query),
    'policy.version': (call) => policies.version(by(call), call.params.version),
    'policy.restore': (call) => policies.restore(by(call), call.params.version),
  }
}
