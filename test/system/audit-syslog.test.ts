import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Authority, Issued } from './certificates.ts'
import { openRegistry } from './certificates.ts'
import type { House } from './house.ts'
import { open, remove } from './house.ts'

const DAEMON = '/usr/sbin/rsyslogd'
const skip =
  existsSync(DAEMON) && globSync('/usr/lib/*/rsyslog/lmnsd_gtls.so').length > 0
    ? false
    : 'needs rsyslog and rsyslog-gnutls'

const place = mkdtempSync(join(tmpdir(), 'fh-syslog-'))
const registry = openRegistry()
const written = join(place, 'received.log')
let authority: Authority
let port = 0
let daemon: ChildProcess | null = null
let house: House

/** Debian's rsyslog, taking RFC 5425 and asking for a certificate of the authority. */
async function startDaemon(own: Issued): Promise<void> {
  const conf = join(place, 'rsyslog.conf')
  writeFileSync(
    conf,
    `global(workDirectory="${place}" maxMessageSize="64k"
  defaultNetstreamDriverCAFile="${authority.file}"
  defaultNetstreamDriverCertFile="${own.files.cert}" defaultNetstreamDriverKeyFile="${own.files.key}")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
template(name="whole" type="string" string="%rawmsg%\\n")
input(type="imtcp" address="127.0.0.1" port="${port}")
action(type="omfile" file="${written}" template="whole" asyncWriting="off")
`,
  )
  daemon = spawn(DAEMON, ['-n', '-f', conf, '-i', join(place, 'pid')], { stdio: 'ignore' })
  await new Promise((resolve) => daemon?.once('spawn', resolve))
}

async function stopDaemon(signal: NodeJS.Signals): Promise<void> {
  if (daemon === null) return
  const gone = once(daemon, 'exit')
  daemon.kill(signal)
  await gone
  daemon = null
}

const received = (): readonly string[] =>
  existsSync(written)
    ? readFileSync(written, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : []
const leavesReceived = (): readonly number[] =>
  received().flatMap((line) => {
    const [, leaf] = /\[audit@32473 leaf="(\d+)"/.exec(line) ?? []
    return leaf === undefined ? [] : [Number(leaf)]
  })

async function happen(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await house.key()
}

/** Leaves of the log, once nothing is due. */
async function logSize(): Promise<number> {
  for (;;) {
    const found = await house.cli('audit', 'search', '--limit', '1', '--json')
    const [event] = (JSON.parse(found.stdout) as { data: { leaf: number | null }[] }).data
    if (event && event.leaf !== null) return event.leaf + 1
    await sleep(200)
  }
}

async function until(claim: () => boolean, what: () => string): Promise<void> {
  for (let at = 0; at < 600; at += 1) {
    if (claim()) return
    await sleep(100)
  }
  assert.fail(what())
}

const allHere = (size: number): Promise<void> =>
  until(
    () => new Set(leavesReceived()).size === size,
    () => `of ${size} entries ${new Set(leavesReceived()).size} arrived`,
  )

before(async () => {
  if (skip !== false) return
  authority = registry.authority('of the receiver')
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  port = (probe.address() as AddressInfo).port
  probe.close()
  await once(probe, 'close')
  const client = authority.issue()
  const config = join(place, 'freehold.yaml')
  writeFileSync(
    config,
    `listen: 127.0.0.1:0
audit:
  syslog:
    address: localhost:${port}
    body: ocsf
    tls: { ca: ${authority.file}, cert: ${client.files.cert}, key: ${client.files.key} }
`,
  )
  house = await open({ args: ['--config', config] })
})
after(async () => {
  if (skip !== false) return
  await house.stop()
  await stopDaemon('SIGKILL')
  await remove(house.data)
  registry.close()
  rmSync(place, { recursive: true, force: true })
})

test(
  'rsyslog has every entry of the log, in its order, as RFC 5424 with an OCSF event in each',
  { skip },
  async () => {
    await startDaemon(authority.issue({ names: 'DNS:localhost' }))
    await happen(5)
    const size = await logSize()
    await allHere(size)
    const firsts = [...new Set(leavesReceived())]
    assert.deepEqual(
      firsts,
      Array.from({ length: size }, (_, at) => at),
    )
    const line = received().find((one) => one.includes(' key.created ')) ?? ''
    assert.match(line, /^<110>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ freehold \d+ key\.created \[audit@32473 leaf=/)
    const body = JSON.parse(line.slice(line.indexOf('\uFEFF') + 1)) as Record<string, unknown>
    assert.deepEqual([body['class_uid'], body['activity_id']], [3004, 1])
  },
)

test(
  'what the receiver was sent last is a signed checkpoint that the log can be verified with',
  { skip },
  async () => {
    const size = await logSize()
    const checkpoints = (): readonly string[] =>
      received()
        .filter((line) => line.includes(' checkpoint - '))
        .map((line) => line.slice(line.indexOf('\uFEFF') + 1))
    await until(
      () => checkpoints().some((line) => line.includes(`\\n${size}\\n`)),
      () => `no checkpoint of ${size} entries: ${checkpoints().join()}`,
    )
    const file = join(place, 'trusted')
    writeFileSync(file, `${checkpoints().join('\n')}\n`)
    const verdict = await house.cli('audit', 'verify', '--checkpoint', file, '--json')
    assert.equal(verdict.status, 0, verdict.stdout + verdict.stderr)
    assert.equal((JSON.parse(verdict.stdout) as { trusted: number }).trusted, size)
  },
)

test(
  'a receiver that is stopped, and one that is killed, miss nothing once they are back',
  { skip },
  async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await happen(3)
      await stopDaemon(signal)
      await happen(3)
      await startDaemon(authority.issue({ names: 'DNS:localhost' }))
      await allHere(await logSize())
    }
  },
)

test('a receiver with a certificate of somebody else is sent nothing', { skip }, async () => {
  await stopDaemon('SIGTERM')
  const before_ = received().length
  await startDaemon(registry.authority('of somebody else').issue({ names: 'DNS:localhost' }))
  await happen(2)
  await until(
    () => house.output().includes('audit.send_failed'),
    () => 'no failure was told',
  )
  assert.equal(received().length, before_)
  await stopDaemon('SIGKILL')
  await startDaemon(authority.issue({ names: 'DNS:localhost' }))
  await allHere(await logSize())
})
