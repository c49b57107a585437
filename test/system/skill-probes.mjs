// Runs where it must reach nothing and says what it reached: one JSON object, probe: "in", or what it got.
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import dns from 'node:dns/promises'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

const outside = JSON.parse(process.argv[2])
const require = createRequire(import.meta.url)

const event = (emitter, name) =>
  new Promise((resolve, reject) => {
    emitter.once('error', reject)
    emitter.once(name, () => resolve(undefined))
  })
const ran = ({ error, status }) => {
  if (error) throw error
  if (status !== 0) throw new Error('refused')
}
const linked = (make) => {
  make(outside.file, '/tmp/node-link')
  return fs.readFileSync('/tmp/node-link', 'utf8')
}

const PROBES = {
  'a file of the machine': () => fs.readFileSync(outside.file, 'utf8'),
  '/etc/shadow': () => fs.readFileSync('/etc/shadow', 'utf8'),
  '/proc/1/environ': () => fs.readFileSync('/proc/1/environ', 'utf8'),
  '/proc/self/environ': () => fs.readFileSync('/proc/self/environ', 'utf8'),
  'a symbolic link out': () => linked(fs.symlinkSync),
  'a hard link out': () => linked(fs.linkSync),
  'a path above the root': () => fs.readFileSync(`/skill/../../..${outside.file}`, 'utf8'),
  'a path in other clothes': () => fs.readFileSync(Buffer.from(`/skill/..${outside.file}`), 'utf8'),
  'writing to its own files': () => fs.writeFileSync('/skill/written', ''),
  'writing to its program': () => fs.writeFileSync('/runtime/node', ''),
  'a report beside its files': () => {
    process.report.writeReport('/skill/report.json')
    if (!fs.existsSync('/skill/report.json')) throw new Error('refused')
  },
  'a canary in the environment': () => {
    if (!JSON.stringify(process.env).includes(outside.canary)) throw new Error('refused')
  },
  'TCP to this machine': () => event(net.connect(outside.tcp, '127.0.0.1'), 'connect'),
  'the metadata address': () => event(http.get('http://169.254.169.254/latest/meta-data/'), 'response'),
  fetch: async () => void (await fetch(`http://127.0.0.1:${outside.tcp}/`)),
  UDP: () => event(createSocket('udp4').bind(0), 'listening'),
  DNS: async () => void (await dns.lookup('localhost.example')),
  'a name server by hand': async () => void (await dns.resolve('example.org')),
  'a Unix socket': () => event(net.connect(outside.socket), 'connect'),
  'an abstract Unix socket': () => event(net.connect(`\0${outside.abstract}`), 'connect'),
  listening: () => event(net.createServer().listen(0), 'listening'),
  'listening at a path': () => event(net.createServer().listen('/tmp/node-socket'), 'listening'),
  'the inspector': () => {
    const inspector = require('node:inspector')
    inspector.open(0)
    if (inspector.url() === undefined) throw new Error('refused')
  },
  'starting a process': () => ran(spawnSync('/usr/bin/true')),
  'a shell': () => ran(spawnSync('true', { shell: true })),
  'a native library': () => process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'),
  'a process outside': () => void process.kill(outside.pid, 0),
  'becoming root': () => process.setuid(0),
  'a thread that reads files': () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(
        `require('node:fs').readFileSync(${JSON.stringify(outside.file)}); require('node:worker_threads').parentPort.postMessage(1)`,
        { eval: true },
      )
      worker.once('message', () => resolve(undefined))
      worker.once('error', reject)
    }),
  'WebAssembly with more than it is given': async () => {
    const bytes = Buffer.from('0061736d01000000010401600000020701016501660000', 'hex')
    await WebAssembly.instantiate(bytes, {})
  },
  'the prototype of everything': () => {
    const made = JSON.parse('{"__proto__": {"reached": true}}')
    if ({}.reached !== true && made.__proto__ !== undefined) throw new Error('refused')
  },
}

const found = {}
for (const [name, act] of Object.entries(PROBES)) {
  const late = new Promise((resolve) => setTimeout(() => resolve('in'), 3000).unref())
  const tried = async () => {
    try {
      return String((await act()) ?? 'reached').slice(0, 200)
    } catch {
      return 'in'
    }
  }
  found[name] = await Promise.race([tried(), late])
}
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0))
