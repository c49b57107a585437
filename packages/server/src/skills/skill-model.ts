import type { DataClass } from '@freehold/contract/data-class.ts'
import { z } from 'zod'
import { HouseExchange } from '../gateway/house-exchange.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import type { SkillModel } from './runner.ts'

/** The data path, as skills ask models by it. */
export interface ModelWay {
  readonly answer: (exchange: HouseExchange) => Promise<void>
  readonly onBug: (request: string, error: unknown) => void
  /** Which model is asked. */
  readonly model: () => string
}

interface Bounds {
  readonly caller: Caller
  readonly class: DataClass
  /** Of one call of the skill, however many completions it makes. */
  readonly maxTokens: number
}

const MOST_BYTES = 4 * 1024 * 1024

const completion = z.looseObject({
  choices: z.array(z.looseObject({ message: z.looseObject({ content: z.string().nullish() }) })).min(1),
  usage: z.looseObject({ total_tokens: z.number().nonnegative() }).nullish(),
})

/** A model as one call of a skill may ask it: in the caller's own name, routed, masked, recorded and counted like any other. */
export function modelFor(way: () => ModelWay | null, { caller, class: of, maxTokens }: Bounds): SkillModel {
  let left = maxTokens
  return {
    async complete(prompt, signal) {
      const found = way()
      if (maxTokens === 0) throw new Fault('skill_denied', 'This skill does not say that it uses a model.')
      if (left <= 0)
        throw new Fault('skill_denied', `This skill may use ${maxTokens} tokens in a call, and did.`)
      if (found === null) throw new Fault('unavailable', 'No model is asked before the server is ready.')
      const exchange = new HouseExchange({
        caller,
        method: 'POST',
        url: '/v1/chat/completions',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'x-freehold-class': of },
        body: Buffer.from(
          JSON.stringify({
            model: found.model(),
            messages: [{ role: 'user', content: prompt }],
            max_tokens: left,
          }),
        ),
        mostBytes: MOST_BYTES,
        onBug: found.onBug,
      })
      const stop = (): void => exchange.callOff(new Fault('client_left', 'The call of the skill ended.'))
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
      try {
        await found.answer(exchange)
      } finally {
        signal.removeEventListener('abort', stop)
      }
      const { reply, body } = exchange.answer()
      if (reply.status !== 200)
        throw new Fault('upstream_refused', `The model answered with the status ${reply.status}.`)
      const read = completion.safeParse(JSON.parse(body.toString('utf8')))
      if (!read.success) throw new Fault('upstream_broke', 'The answer of the model cannot be read.')
      left -= read.data.usage?.total_tokens ?? left
      return read.data.choices[0]?.message.content ?? ''
    },
  }
}
