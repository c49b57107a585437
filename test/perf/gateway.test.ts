import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { openGateway, privateModel } from '../system/gateway-house.ts'

const ROUNDS = 5
const CONNECTIONS = 32

interface Script {
  readonly url: string
  readonly process: ChildProcess
}

/** Runs one of the scripts beside this test; it says its port first. */
async function script(name: string, ...args: readonly string[]): Promise<Script> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'gateway', name), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = await once(child.stdout, 'data')
  return { url: `http://127.0.0.1:${Number(String(port))}`, process: child }
}

/** Microseconds that all threads of a process have spent on a core. */
function cpuUs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const spent = tasks.map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]),
  )
  return spent.reduce((sum, ns) => sum + ns, 0) / 1000
}

interface Load {
  readonly url: string
  readonly key: string
  readonly body: string
  readonly count: number
}

/** Asks `count` times over so many connections; every answer must be a success. */
async function ask({ url, key, body, count }: Load): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  let left = count
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      }
      const call = request(`${url}/v1/chat/completions`, { method: 'POST', agent, headers }, (response) => {
        response.resume()
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
        )
      })
      call.on('error', reject)
      call.end(body)
    })
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (left > 0) {
        left -= 1
        await one()
      }
    }),
  )
  agent.destroy()
}

const chat = (content: string, stream = false): string =>
  JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content }] })

/** `most`: far above what was measured on a quiet machine, below what a step that slipped onto the path would cost. */
const CASES = [
  { name: 'a short request', body: chat('x'.repeat(200)), count: 3000, most: 3 },
  { name: 'a prompt of 64 KiB', body: chat('The quick brown fox. '.repeat(3120)), count: 800, most: 2.2 },
  { name: 'a stream of 128 events', body: chat('hi', true), count: 800, most: 3.5 },
] as const

test(
  'what the gateway costs stays in proportion to a bare proxy',
  { skip: process.platform === 'linux' ? false : 'reads /proc' },
  async (t) => {
    const model = await script('model-server.ts')
    t.after(() => model.process.kill())
    const bare = await script('bare-proxy.ts', model.url)
    t.after(() => bare.process.kill())
    const house = await openGateway({
      targets: [privateModel(model.url)],
      routes: [{ to: ['house'] }],
      limits: { key: { concurrent: 1000, tokensPerDay: 1e12 } },
    })
    t.after(() => house.close())
    for (const { name, body, count, most } of CASES) {
      const perRequest = async (url: string, pid: number, requests: number): Promise<number> => {
        const before = cpuUs(pid)
        await ask({ url, key: house.apiKey, body, count: requests })
        return (cpuUs(pid) - before) / requests
      }
      const pairs: { readonly bare: number; readonly ours: number }[] = []
      for (let round = 0; round <= ROUNDS; round += 1) {
        const pair = {
          bare: await perRequest(bare.url, bare.process.pid ?? 0, count),
          ours: await perRequest(house.url, house.pid, count),
        }
        // The first round warms both up.
        if (round > 0) pairs.push(pair)
      }
      // A machine that is busy with others turns single pairs over; what is on the path of a request is in all of them.
      const ratio = Math.min(...pairs.map((pair) => pair.ours / pair.bare))
      const said = pairs.map((pair) => `${pair.ours.toFixed(0)} of ${pair.bare.toFixed(0)}`)
      t.diagnostic(`${name}: ${said.join(', ')} µs of CPU, least ratio ${ratio.toFixed(2)}`)
      assert.ok(ratio <= most, `${name} costs ${ratio.toFixed(2)} times what the bare proxy takes`)
    }
  },
)
