import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { sourceItemView, SourceView } from '@freehold/contract/sources.ts'
import type { z } from 'zod'
import { Speaker } from './ask.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway } from './gateway-house.ts'
import type { House } from './house.ts'
import { open, remove } from './house.ts'

type Item = z.output<typeof sourceItemView>
const DEADLINE_MS = 120_000

/** A running house that may read what the test puts up. */
export interface SourceHouse {
  readonly house: GatewayHouse
  readonly speaker: Speaker
  /** The same with another key. */
  as(key: string): Speaker
  /** A key of its own, with its id. */
  key(...words: readonly string[]): Promise<{ readonly id: string; readonly key: string }>
  /** Adds a source to a collection of its own. */
  add(from: object, more?: object): Promise<SourceView>
  get(id: string): Promise<SourceView>
  /** When it waits again. */
  settled(id: string): Promise<SourceView>
  /** Asks for a run and waits for its end. */
  synced(id: string): Promise<SourceView>
  /** Changes it and waits for the end of the run that follows. */
  changed(id: string, change: object): Promise<SourceView>
  until(id: string, holds: (view: SourceView) => boolean): Promise<SourceView>
  items(id: string, query?: string): Promise<readonly Item[]>
  titles(source: SourceView): Promise<readonly string[]>
  text(document: string): Promise<{ readonly title: string; readonly text: string }>
  /** The text of the best hit. */
  found(source: SourceView, query: string): Promise<string>
  /** Between two looks at what is still to come. */
  tick(): Promise<void>
  /** As a power cut of the program, and a new start in the same place. */
  killAndStart(): Promise<void>
  close(): Promise<void>
}

interface Allowed {
  readonly folders?: readonly string[]
  readonly privateHosts?: readonly string[]
}

export async function openSourceHouse({ folders = [], privateHosts = [] }: Allowed): Promise<SourceHouse> {
  const house = await openGateway({ sources: { folders, privateHosts } }, { key: ['--scope', '*'] })
  let running: House = house
  let speaker = new Speaker(house.url, house.apiKey)
  const ok = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await speaker.api(method, path, body)
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as T
  }
  const tick = (): Promise<void> => sleep(20)
  const get = (id: string): Promise<SourceView> => ok('GET', `/api/sources/${id}`)
  const until = async (id: string, holds: (view: SourceView) => boolean): Promise<SourceView> => {
    const deadline = Date.now() + DEADLINE_MS
    for (;;) {
      const view = await get(id)
      if (holds(view)) return view
      assert.ok(Date.now() < deadline, `${JSON.stringify(view)}\n${running.output()}`)
      await tick()
    }
  }
  const after = async (id: string, act: () => Promise<unknown>): Promise<SourceView> => {
    const before = await get(id)
    await act()
    return until(id, ({ state, finishedAt }) => state === 'waiting' && finishedAt !== before.finishedAt)
  }
  return {
    get house() {
      return house
    },
    get speaker() {
      return speaker
    },
    as: (key) => new Speaker(running.url, key),
    async key(...words) {
      const { stdout } = await running.cli('key', 'create', '--json', ...words)
      return JSON.parse(stdout)
    },
    get,
    until,
    tick,
    settled: (id) => until(id, ({ state, finishedAt }) => state === 'waiting' && finishedAt !== null),
    async add(from, extra = {}) {
      const collection = await speaker.collection(`Source ${crypto.randomUUID()}`)
      return ok('POST', '/api/sources', { name: 'Papers', collection, from, everyMinutes: null, ...extra })
    },
    synced: (id) => after(id, () => ok('POST', `/api/sources/${id}/sync`)),
    changed: (id, change) => after(id, () => ok('PATCH', `/api/sources/${id}`, change)),
    items: async (id, query = '') =>
      (await ok<{ data: Item[] }>('GET', `/api/sources/${id}/items?limit=200${query}`)).data,
    async titles({ collectionId }) {
      const titles: string[] = []
      for (let after = ''; ;) {
        const { body } = await speaker.documents(collectionId, `?limit=200${after}`)
        titles.push(...body.data.map(({ title }) => title))
        if (body.next === null) return titles.toSorted()
        after = `&after=${body.next}`
      }
    },
    text: (document) => ok('GET', `/api/documents/${encodeURIComponent(document)}/text`),
    async found({ collectionId }, query) {
      const path = `/api/collections/${collectionId}/search`
      const { hits } = await ok<{ hits: { text: string }[] }>('POST', path, { query })
      return hits[0]?.text ?? ''
    },
    async killAndStart() {
      await running.kill()
      running = await open({ data: house.data, args: ['--config', house.config] })
      speaker = new Speaker(running.url, house.apiKey)
    },
    async close() {
      await running.stop()
      await remove(house.data)
    },
  }
}
