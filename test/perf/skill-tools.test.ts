import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { skillInstallation } from '@freehold/contract/skills.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { createLog } from '../../packages/server/src/kernel/log.ts'
import { createMetrics } from '../../packages/server/src/kernel/metrics.ts'
import { openSkills } from '../../packages/server/src/skills/open-skills.ts'
import type { Tool } from '../../packages/server/src/skills/tool.ts'
import { openTestStore } from '../system/cluster.ts'
import { packed, waybills } from '../system/skill-house.ts'

const CALLS = 100
const ROUNDS = 12
/** A call of a skill may take so much more than a bare request to the same server, in the median of a quiet round. */
const MOST_MS = 1

const NUMBER = 'YT1234567890123'
const ANSWER = JSON.stringify({ number: NUMBER, events: [{ at: '2027-03-10', place: 'Leeds' }] })
const nobody = (): Promise<never> => Promise.reject(new Error('nobody asks for it'))

const middleOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

test('a tool of a declared skill takes little longer than a bare request to the same server', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'fh-'))
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(ANSWER)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const opened = await openTestStore(directory)
  const { store } = opened
  const undo: (() => Promise<void>)[] = [() => opened.close()]
  const skills = await openSkills(
    {
      store,
      clock: systemClock,
      log: createLog({ level: 'error', write: () => undefined }),
      metrics: createMetrics({ seriesCap: 1000, process: false }),
      version: '1.0.0',
      dialler: createDialler(),
      tokens: { tokenFor: () => '' },
      gateway: { privacy: { outside: { leave: nobody } } },
      data: directory,
      config: () => ({
        classes: { privateOnly: ['restricted'] },
        skills: { isolateWorkers: 1, strong: 'off' },
        skillRepositories: [],
        conversations: { model: 'none' },
      }),
      doors: { urls: { admin: url } },
      isAlone: true,
    },
    undo,
  )
  try {
    const caller = localOperator(store.home)
    const by = { caller, commit: { request: 'request-1' } }
    await skills.installing.setPolicy(by, 'dev')
    const { bundle } = packed(waybills(url, { limits: { callsPerMinute: 100_000 } }))
    await skills.installing.install(by, skillInstallation.parse({ bundle, approve: true }))
    const tools = await skills.toolsFor(caller, 'run-1')
    const track = tools.find(({ name }) => name === 'waybill_tracking__track')
    assert.ok(track)
    let made = 0
    const context = (): Parameters<Tool['run']>[1] => ({
      caller,
      conversation: 'conversation-1',
      run: 'run-1',
      call: `call-${(made += 1)}`,
      class: 'internal',
      signal: AbortSignal.timeout(60_000),
    })
    const asTool = async (): Promise<void> => {
      const { parts } = await track.run({ number: NUMBER }, context())
      assert.match(parts[0]?.text ?? '', /Leeds/)
    }
    const bare = async (): Promise<void> => {
      const answer = await fetch(`${url}/waybills/${NUMBER}`)
      assert.equal(((await answer.json()) as { number: string }).number, NUMBER)
    }
    const more: number[] = []
    const rounds: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const took = { tool: [] as number[], bare: [] as number[] }
      for (let call = 0; call < CALLS; call += 1) {
        // One after the other, so that both meet the same machine.
        for (const [kind, act] of call % 2 ? ways(asTool, bare) : ways(asTool, bare).toReversed()) {
          const fromMs = performance.now()
          await act()
          took[kind].push(performance.now() - fromMs)
        }
      }
      // The first is for the compiler.
      if (round === 0) continue
      rounds.push(middleOf(took.tool) - middleOf(took.bare))
      more.push(...took.tool.map((ms, at) => ms - (took.bare[at] ?? 0)))
    }
    const least = Math.min(...rounds)
    t.diagnostic(
      `${middleOf(more).toFixed(2)} ms more than a bare request in the median, ${least.toFixed(2)} ms to ${Math.max(...rounds).toFixed(2)} ms from round to round`,
    )
    assert.ok(least <= MOST_MS, `${least} ms`)
  } finally {
    for (const step of undo.toReversed()) await step()
    server.closeAllConnections()
    server.close()
    rmSync(directory, { recursive: true, force: true })
  }
})

const ways = (tool: () => Promise<void>, bare: () => Promise<void>) =>
  [
    ['tool', tool],
    ['bare', bare],
  ] as const
