import type { Explanation, RouteInput, TargetTestResult } from '@freehold/sdk'
import { server } from '../../server.ts'
import { settingsRules } from '../trust/route-inputs.ts'
import type { Proposal } from './proposals.ts'
import { targetOf } from './proposals.ts'

/** Address, certificate, credential and models are tried; nothing that a person said is sent. */
export const tryOut = (proposal: Proposal, key: string): Promise<TargetTestResult> =>
  server.targets.testNew({ target: targetOf(proposal, key), call: false })

export interface Connected {
  /** The version of the settings before, which can be restored. */
  readonly before: number
  /** Where a question to its first model goes now. */
  readonly explained: Explanation
}

/** Saves the target and, before the other rules of the settings, the rule that uses it. Refused when somebody was faster. */
export async function connect(proposal: Proposal, key: string): Promise<Connected> {
  const routes = await server.routes.list()
  const put = await server.targets.put(proposal.target.name, {
    target: targetOf(proposal, key),
    version: routes.version,
  })
  const rules: readonly RouteInput[] = [proposal.route, ...settingsRules(routes.data)]
  await server.routes.replace({ routes: [...rules], version: put.version })
  const [model = ''] = proposal.route.when.model
  const explained = await server.routes.explain({
    messages: [{ role: 'user', content: 'Hello' }],
    // A name that the pattern fits.
    model: model.replaceAll('*', 'any'),
  })
  return { before: routes.version, explained }
}

/** Targets and rules as they were before something was connected. */
export const takeBack = ({ before }: Connected): Promise<unknown> =>
  server.call('routing.restore', { params: { version: before } })
