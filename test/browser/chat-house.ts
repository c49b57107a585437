import type { CaptureServer } from '../system/gateway-upstream.ts'
import { captureServer } from '../system/gateway-upstream.ts'
import { SlowModel } from '../system/conversation-house.ts'
import type { House } from './browser.ts'
import { startHouse } from './browser.ts'
import { claim } from './visitors.ts'

export interface ChatHouse extends House {
  /** What every model of the house says, when it is told to. */
  readonly model: SlowModel
  readonly upstream: CaptureServer
}

/** A claimed house with a model in the private zone, and one that is a managed service. */
export async function startChatHouse({ port = 0 }: { readonly port?: number } = {}): Promise<ChatHouse> {
  const model = new SlowModel()
  const upstream = await captureServer(model.script)
  const target = { kind: 'model', dialect: 'openai', url: `${upstream.url}/v1`, retries: 0 }
  const house = await startHouse({
    port,
    config: {
      targets: [
        {
          ...target,
          name: 'house',
          zone: 'private',
          models: ['house', 'other', 'either'],
          auth: { apiKey: 'sk-1' },
        },
        {
          ...target,
          name: 'cloud',
          zone: 'managed',
          models: ['cloud', 'either'],
          price: { in: 3, out: 15 },
          auth: { apiKey: 'sk-managed-canary-0123456789' },
        },
      ],
      routes: [
        { when: { model: 'cloud', class: ['public', 'internal', 'confidential'] }, to: ['cloud'] },
        { when: { model: 'either', class: ['public', 'internal', 'confidential'] }, to: ['cloud', 'house'] },
        { to: ['house'] },
      ],
      conversations: { model: 'house' },
    },
  })
  await claim(house)
  return {
    ...house,
    model,
    upstream,
    async stop() {
      // A model that is silent would hold up the house.
      await upstream.close()
      await house.stop()
    },
  }
}
