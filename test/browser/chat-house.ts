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
export async function startChatHouse(): Promise<ChatHouse> {
  const model = new SlowModel()
  const upstream = await captureServer(model.script)
  const target = { kind: 'model', dialect: 'openai', url: `${upstream.url}/v1`, retries: 0 }
  const house = await startHouse({
    config: {
      targets: [
        { ...target, name: 'house', zone: 'private', models: ['house', 'other'], auth: { apiKey: 'sk-1' } },
        {
          ...target,
          name: 'cloud',
          zone: 'managed',
          models: ['cloud'],
          price: { in: 3, out: 15 },
          auth: { apiKey: 'sk-managed-canary-0123456789' },
        },
      ],
      routes: [
        { when: { model: 'cloud', class: ['public', 'internal', 'confidential'] }, to: ['cloud'] },
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
      await house.stop()
      await upstream.close()
    },
  }
}
