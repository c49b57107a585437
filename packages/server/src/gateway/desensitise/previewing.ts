import { profilesTogether } from '@freehold/contract/desensitise.ts'
import type { previewInput, preview } from '@freehold/contract/privacy-preview.ts'
import type { RequestView } from '@freehold/contract/requests.ts'
import type { Explanation, explainInput } from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Departing } from '../../privacy/mask/desensitiser.ts'
import { valuesByType } from '../../privacy/mask/masking.ts'
import { isCharged } from '../stream-usage.ts'
import type { OutsideAttempt } from '../asked.ts'
import type { Conversations } from '../conversations.ts'
import { ConversationLot } from '../conversation-lot.ts'
import { narrowed } from '../decide.ts'
import { ModelAsked } from '../model-asked.ts'
import { MODEL_OPERATIONS, modelOperationOf } from '../model-operations.ts'
import type { ReadRequest } from '../routing/explain.ts'
import { askOf, explain } from '../routing/explain.ts'
import { withLeast } from '../routing/least.ts'
import type { Attempt, Routing } from '../routing/routing.ts'
import type { Classifying } from './classifying.ts'
import type { Desensitising } from './desensitising.ts'

type Explaining = z.output<typeof explainInput>
type Preview = z.output<typeof preview>

export interface PreviewOptions {
  readonly classifying: Classifying
  readonly desensitising: Pick<Desensitising, 'preview' | 'dryRun' | 'keptBack' | 'knows'>
  readonly routing: () => Routing
  readonly conversations: Pick<Conversations, 'classOf'>
}

/** Shows what would become of a request. Nothing is sent, kept or recorded. */
export class Previewing {
  readonly #options: PreviewOptions

  constructor(options: PreviewOptions) {
    this.#options = options
  }

  /**
   * Where it would go, and what would be masked there. `conversation`: what it comes into has reached; absent, what the
   * named one has.
   * @throws Fault as the request itself
   */
  async explained(
    caller: Caller,
    input: Explaining,
    around?: Caller['baseClass'] | null,
  ): Promise<Explanation> {
    const { classifying, desensitising } = this.#options
    const conversation = around === undefined ? await this.#reached(caller, input) : around
    const routing = this.#options.routing()
    const departing = departingOf(input)
    const declared = input.class ?? null
    const unread = {
      declared,
      ask: (dataClass: Caller['baseClass']) => askOf(input, dataClass, routing),
      departing: () => departing,
    }
    const classified = await classifying.of(caller, { asked: unread, conversation }, routing)
    const masked = new Map<string, Readonly<Record<string, number>> | Fault>()
    const { attempts } = routing.decide(unread.ask(classified.class))
    for (const profile of profilesOf(withLeast(attempts, routing.leastFor(caller.tenant)))) {
      masked.set(profile, await desensitising.dryRun(caller, departing, profile))
    }
    const read: ReadRequest = { classified, masked }
    return explain(caller, input, { routing, read })
  }

  /**
   * What the rules of today make of a request on record: of its text nothing is known but the types that were found.
   * @throws Fault `invalid` for one that asked for no model of the configuration
   */
  recorded(caller: Caller, record: RequestView): Explanation {
    const { desensitising } = this.#options
    const routing = this.#options.routing()
    const operation = modelOperationOf(record.operation)
    if (operation === null || record.modelAsked === null)
      throw new Fault('invalid', 'request: asked for no model that stands in the configuration.', {
        param: 'request',
      })
    const input = { messages: [], model: record.modelAsked, dialect: operation.dialect }
    const { class: reached, classes, findings } = record
    const masked = new Map<string, Fault>()
    const { attempts } = routing.decide(askOf(input, reached, routing))
    for (const profile of profilesOf(withLeast(attempts, routing.leastFor(caller.tenant)))) {
      const kept = desensitising.keptBack(Object.keys(findings), profile)
      if (kept !== null) masked.set(profile, kept)
    }
    return explain(caller, input, {
      routing,
      read: { classified: { ...classes, class: reached, findings }, masked },
    })
  }

  /** The very bytes that would leave for a target. @throws Fault as the request itself */
  async preview(
    caller: Caller,
    { target, desensitise, class: declared, conversation, ...request }: z.output<typeof previewInput>,
  ): Promise<Preview> {
    const { classifying, desensitising } = this.#options
    if (desensitise !== undefined && !desensitising.knows(desensitise)) {
      throw new Fault('invalid', 'desensitise: names no profile.', { param: 'desensitise' })
    }
    const routing = this.#options.routing()
    const ask = askOf({ messages: [], model: request.model }, caller.baseClass, routing)
    const model = ask.kind === 'model' ? ask.model : ''
    const asked = new ModelAsked(
      MODEL_OPERATIONS['chat.complete'],
      { headers: declared === undefined ? {} : { 'x-freehold-class': declared } },
      Buffer.from(JSON.stringify({ ...request, model })),
    )
    const reached = await this.#reached(caller, { conversation })
    const classified = await classifying.of(caller, { asked, conversation: reached }, routing)
    const lot = new ConversationLot(
      caller,
      { conversation: conversation ?? null, beginning: () => asked.beginning() },
      null,
    )
    const decision = routing.decide(asked.ask(classified.class), lot)
    const { list } = narrowed(decision, { caller, bound: null, class: classified.class, routing })
    const named = list.find(
      (one): one is OutsideAttempt =>
        one.target !== 'local' && one.target.name === (target ?? one.target.name),
    )
    if (named === undefined) {
      throw new Fault('no_route', 'The rule for this request leads to no such target.', { param: 'target' })
    }
    const attempt =
      desensitise === undefined ? named : asTried(named, [desensitise, routing.leastFor(caller.tenant)])
    const url = new URL(attempt.target.definition.url)
    const dialled = asked.dial(attempt, url, isCharged(attempt, caller.budgets))
    const shown = { class: classified.class, target: attempt.target.name, zone: attempt.zone }
    if (attempt.zone !== 'managed')
      return { ...shown, desensitise: null, outbound: dialled.body.toString(), masked: 0, values: {} }
    const { body, masked } = await desensitising.preview({
      attempt,
      dialled,
      asked,
      route: { caller, class: classified.class },
    })
    const values = valuesByType(masked?.tally ?? [])
    return {
      ...shown,
      desensitise: attempt.desensitise,
      outbound: body.toString(),
      masked: masked?.count ?? 0,
      values,
    }
  }

  #reached(
    caller: Caller,
    { conversation }: Pick<Explaining, 'conversation'>,
  ): Promise<Caller['baseClass'] | null> | null {
    return conversation === undefined ? null : this.#options.conversations.classOf(caller, conversation)
  }
}

/** As if its rule named that profile. */
const asTried = (attempt: OutsideAttempt, profiles: readonly (string | null)[]): OutsideAttempt => ({
  ...attempt,
  desensitise: profilesTogether([...profiles, attempt.target.definition.desensitise]),
})

const profilesOf = (attempts: readonly Attempt[]): ReadonlySet<string> =>
  new Set(
    attempts.flatMap((one) =>
      one.zone === 'managed' && one.desensitise !== 'none' ? [one.desensitise] : [],
    ),
  )

/** The messages as they would be sent. */
function departingOf({ messages, dialect }: Explaining): Departing {
  return {
    path: '',
    body: Buffer.from(JSON.stringify({ messages })),
    shape: dialect === 'anthropic' ? 'messages' : 'chat',
    contentType: undefined,
    headers: [],
    isOpaque: false,
  }
}
