import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { createMetrics } from '../../packages/server/src/kernel/metrics.ts'
import { openSandboxes } from '../../packages/server/src/skills/sandboxes.ts'
import { descendantsOf } from '../../packages/server/src/skills/strong/processes.ts'
import { testStrong } from '../../packages/server/src/skills/strong/self-test.ts'
import type { CodeSkill } from './skill-sandbox-house.ts'
import { contextOf, opened, sandboxesOf, withoutStrong } from './skill-sandbox-house.ts'

const skip = await withoutStrong()
const { sandboxes } = sandboxesOf()
after(() => sandboxes.close())

const python = (source: string, limits: CodeSkill['limits'] = {}) =>
  opened({ language: 'python', sandbox: 'process', source, limits }, sandboxes)
const node = (source: string, limits: CodeSkill['limits'] = {}) =>
  opened({ language: 'js', sandbox: 'process', source, limits }, sandboxes)

const PYTHON = `
calls = 0

def run(input, host):
    global calls
    calls += 1
    print("printed")
    host.storage.set("key", input["say"])
    answer = host.fetch("https://api.example.org/x", method="POST", headers={"x-a": "b"}, body="sent")
    return {"calls": calls, "kept": host.storage.get("key"), "status": answer.status, "text": answer.text(),
            "model": host.model.complete("a question")}
`
const NODE = `
let calls = 0
export async function run(input, host) {
  calls += 1
  console.log('printed')
  await host.storage.set('key', input.say)
  const answer = await host.fetch('https://api.example.org/x', { method: 'POST', headers: { 'x-a': 'b' }, body: 'sent' })
  return { calls, kept: await host.storage.get('key'), status: answer.status, text: answer.text(), model: await host.model.complete('a question') }
}`

for (const [name, open, source] of [
  ['Python', python, PYTHON],
  ['Node', node, NODE],
] as const) {
  test(`a skill in ${name} speaks with its host, and callers share no program`, { skip }, async () => {
    const runner = await open(source)
    const lines: string[] = []
    const asked: unknown[] = []
    const context = (who: string) =>
      contextOf(
        {
          log: (line) => void lines.push(line),
          broker: {
            async send({ method, url, headers, body }) {
              asked.push([method, url, headers, body?.toString()])
              return { status: 201, headers: {}, body: Buffer.from('你好') }
            },
          },
        },
        who,
      )
    const result = (calls: number) => ({
      value: { calls, kept: 'é', status: 201, text: '你好', model: 'said of a question' },
    })
    assert.deepEqual(await runner.run('run', { say: 'é' }, context('anna')), result(1))
    assert.deepEqual(await runner.run('run', { say: 'é' }, context('anna')), result(2))
    assert.deepEqual(await runner.run('run', { say: 'é' }, context('bo')), result(1))
    assert.deepEqual(lines, ['printed', 'printed', 'printed'])
    assert.deepEqual(asked[0], ['POST', 'https://api.example.org/x', { 'x-a': 'b' }, 'sent'])
    await runner.close()
  })
}

test('what the host refused reaches the caller of a program as it was', { skip }, async () => {
  const runner = await python('def run(input, host):\n    host.fetch(input["url"])\n')
  const broker = {
    send: async () => {
      throw new Fault('skill_denied', 'Not declared.')
    },
  }
  const call = (url: string) => runner.run('run', { url }, contextOf({ broker }))
  await assert.rejects(call('https://example.org'), { code: 'skill_denied', message: 'Not declared.' })
  await assert.rejects(call('file:///etc/passwd'), { code: 'invalid' })
  await runner.close()
})

test('what a program takes to start is not counted against its first call', { skip }, async () => {
  const runner = await node('export function run() { return 1 }', { cpuMs: 20 })
  assert.deepEqual(await runner.run('run', {}, contextOf()), { value: 1 })
  await runner.close()
})

/** Each would go on for ever, take all there is, or say what it must not. */
const BOMBS: Readonly<Record<string, readonly [typeof python, string]>> = {
  'a loop': [python, 'def run(input, host):\n    while True: pass'],
  'a fork bomb': [python, 'import os\ndef run(input, host):\n    while True: os.fork()'],
  memory: [python, 'def run(input, host):\n    all = []\n    while True: all.append(bytearray(1 << 20))'],
  'its result': [python, 'def run(input, host):\n    return "x" * 1000000'],
  'answers that it never takes': [
    python,
    'import os, json\ndef run(input, host):\n    n = 0\n    while True:\n        n += 1\n        os.write(3, (json.dumps({"kind": "ask", "ask": n, "name": "model.complete", "args": {"prompt": "x" * 200000}}) + "\\n").encode())',
  ],
  'lines that are no messages': [
    python,
    'import os\ndef run(input, host):\n    while True: os.write(3, b"y" * 4096)',
  ],
}

for (const [name, [open, source]] of Object.entries(BOMBS)) {
  test(`the host goes on when a program blows up: ${name}`, { skip }, async () => {
    const bomb = await open(source, { cpuMs: 200, outputBytes: 10_000 })
    await assert.rejects(bomb.run('run', {}, contextOf()), { code: 'skill_failed' })
    await bomb.close()
    const next = await python('def run(input, host):\n    return 1')
    assert.deepEqual(await next.run('run', {}, contextOf()), { value: 1 })
    await next.close()
  })
}

test('a program stands still between calls', { skip }, async () => {
  const runner = await python(`
import threading
import time

count = 0

def forever():
    global count
    while True:
        time.sleep(0.001)
        count += 1

def run(input, host):
    global count
    if input["start"]: threading.Thread(target=forever, daemon=True).start()
    was, count = count, 0
    return was
`)
  await runner.run('run', { start: true }, contextOf())
  // It would count to hundreds meanwhile.
  await runner.run('run', { start: false }, contextOf())
  const end = process.cpuUsage().user + 100_000
  while (process.cpuUsage().user < end);
  const counted = (await runner.run('run', { start: false }, contextOf())).value
  assert.ok(typeof counted === 'number' && counted < 50, String(counted))
  await runner.close()
})

test(
  'what a skill in Node began goes on in its next calls, and its streams are not those of its host',
  { skip },
  async () => {
    const runner = await node(`
    let seen = null
    let ended = false
    process.stdin.on('data', (piece) => { seen = String(piece) }).on('end', () => { ended = true })
    let ticks = 0
    let ticking = null
    export function run({ start, text }, { log }) {
      if (start) ticking ??= setInterval(() => { ticks += 1 }, 1)
      else clearInterval(ticking)
      process.stdout.write('whole ')
      console.error('heard by nobody')
      log('told')
      return { ticks, length: text.length, seen, ended }
    }`)
    const lines: string[] = []
    const call = async (start: boolean, text = '') => {
      const { value } = await runner.run(
        'run',
        { start, text },
        contextOf({ log: (line) => void lines.push(line) }),
      )
      return value as { readonly ticks: number; readonly length: number }
    }
    const first = await call(true, '漢'.repeat(400_000))
    assert.deepEqual(first, { ticks: 0, length: 400_000, seen: null, ended: false })
    let ticks = 0
    while (ticks < 3) ticks = (await call(true)).ticks
    await call(false)
    const { ticks: last } = await call(false)
    assert.deepEqual(await call(false), { ticks: last, length: 0, seen: null, ended: true })
    assert.deepEqual(lines.slice(0, 2), ['whole ', 'told'])
    await runner.close()
  },
)

test('a program of Node has few threads, each of which is woken with every call', { skip }, async () => {
  const before = new Set(descendantsOf(process.pid))
  const runner = await node('export const run = () => 1')
  await runner.run('run', {}, contextOf())
  const programs = descendantsOf(process.pid).filter((pid) => !before.has(pid))
  const threads = programs.map((pid) => readdirSync(`/proc/${pid}/task`).length)
  // By itself it has six, four of which are for work that V8 does beside it.
  assert.ok(Math.max(...threads) <= 4, threads.join(' '))
  await runner.close()
})

test('where there is no strong sandbox its skills are refused with the reason, and nothing runs without it', async () => {
  const off = sandboxesOf({ strong: 'off' })
  const mark = join(tmpdir(), `freehold-mark-${process.pid}`)
  const skill = (language: 'python' | 'js') =>
    opened({ language, sandbox: 'process', source: `open("${mark}", "w")` }, off.sandboxes)
  await assert.rejects(skill('python'), { code: 'skill_denied', message: /switched off \(skills\.strong\)/ })
  await assert.rejects(skill('js'), { code: 'skill_denied' })
  assert.equal(existsSync(mark), false)
  await off.sandboxes.close()
  // A program of Node that is none, so that no box comes to be.
  const found = await testStrong({ directory: tmpdir(), node: '/usr/bin/false', started: () => undefined })
  assert.equal(found.backend, null)
  assert.ok(typeof found.reason === 'string' && found.reason.length > 10)
  const required = openSandboxes({
    settings: { isolateWorkers: 1, strong: 'required' },
    directory: tmpdir(),
    node: '/usr/bin/false',
    metrics: createMetrics({ seriesCap: 100, process: false }),
  })
  await assert.rejects(required.start(), { code: 'cannot_start', message: /skills\.strong is required/ })
})

test(
  'a file of a skill lies nowhere but in its folder, and is gone when the skill is',
  { skip },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'freehold-staged-'))
    chmodSync(directory, 0o755)
    const strong = await testStrong({ directory, node: process.execPath, started: () => undefined })
    assert.equal(strong.backend, 'bubblewrap')
    const open = (path: string) =>
      strong.open({
        files: new Map([[path, Buffer.from('x')]]),
        command: 'python',
        args: ['-c', ''],
        env: {},
        limits: { memoryMb: 32, processes: 1, tmpMb: 0 },
      })
    for (const path of ['../x', '/x', 'a/../../x', 'a\0b', '', '..']) {
      await assert.rejects(open(path), { code: 'skill_denied' }, path)
    }
    await assert.rejects(
      strong.open({
        files: new Map(),
        command: 'python',
        args: ['-c', ''],
        env: { SAID: 'a\0--bind\0/\0/outside' },
        limits: { memoryMb: 32, processes: 1, tmpMb: 0 },
      }),
      { code: 'skill_denied' },
    )
    await (
      await open('a/b')
    ).exited
    await strong.close()
    assert.deepEqual(readdirSync(directory), [])
    rmSync(directory, { recursive: true })
  },
)
