import assert from 'node:assert/strict'
import type { BrowserContext } from 'playwright-core'
import { managedModel, privateModel } from '../system/gateway-house.ts'
import type { CaptureServer } from '../system/gateway-upstream.ts'
import { captureServer, ordinary } from '../system/gateway-upstream.ts'
import type { House } from './browser.ts'
import { startHouse } from './browser.ts'
import { claim } from './visitors.ts'

/** A house with a private and a managed target, both scripted. */
export interface TrustHouse extends House {
  readonly home: CaptureServer
  readonly cloud: CaptureServer
}

const LEAVING = ['public', 'internal', 'confidential']

export async function startTrustHouse(): Promise<TrustHouse> {
  const [home, cloud] = [await captureServer(ordinary), await captureServer(ordinary)]
  const house = await startHouse({
    config: {
      targets: [
        privateModel(home.url, { models: ['house'] }),
        managedModel(cloud.url, { models: ['cloud'], price: { in: 1000, out: 2000 } }),
      ],
      routes: [
        { when: { model: 'cloud', class: LEAVING }, to: ['cloud'], desensitise: 'strict' },
        { when: { model: 'house' }, to: ['house'] },
      ],
      conversations: { model: 'house' },
    },
  })
  await claim(house)
  return {
    ...house,
    home,
    cloud,
    async stop() {
      await house.stop()
      await home.close()
      await cloud.close()
    },
  }
}

/** Says something in a new conversation of the person in this window, and waits until the run is over. Its id. */
export async function sayAs(
  { request }: BrowserContext,
  { url }: House,
  wish: { readonly text: string; readonly model: string; readonly class?: string; readonly title?: string },
): Promise<string> {
  const { csrf } = (await (await request.get(`${url}/api/session`)).json()) as { csrf: string }
  const send = async <T>(path: string, data: object): Promise<T> => {
    const answer = await request.post(url + path, { data, headers: { 'x-csrf-token': csrf } })
    assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const { title = 'Letters', ...message } = wish
  const { id } = await send<{ id: string }>('/api/conversations', { title })
  const { run } = await send<{ run: string }>(`/api/conversations/${id}/messages`, message)
  for (;;) {
    const { state } = (await (await request.get(`${url}/api/runs/${run}`)).json()) as { state: string }
    if (state !== 'running' && state !== 'waiting') return id
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
