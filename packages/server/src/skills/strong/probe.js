// Runs in the box and tries what must not succeed there; the other side reads what became of it. Its one argument names
// what exists outside: a port that answers, a socket and a file.
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

const outside = JSON.parse(process.argv[2])

const attempt = (act) => {
  try {
    return act() ?? 'done'
  } catch (error) {
    return error.code ?? 'refused'
  }
}
const event = (emitter, name) =>
  new Promise((resolve) => {
    emitter.once('error', (error) => resolve(error.code ?? 'refused'))
    emitter.once(name, () => resolve('done'))
  })

const tried = {
  connect: await event(connect({ host: '127.0.0.1', port: outside.port }), 'connect'),
  socket: await event(connect({ path: outside.socket }), 'connect'),
  listen: await event(createServer().listen(0, '127.0.0.1'), 'listening'),
  datagram: await event(createSocket('udp4').bind(0, '127.0.0.1'), 'listening'),
  file: attempt(() => void readFileSync(outside.file)),
  passwords: attempt(() => void readFileSync('/etc/passwd')),
  processes: attempt(() => void readFileSync('/proc/1/environ')),
  spawn: attempt(() => {
    const { error } = spawnSync('/usr/bin/true')
    if (error) throw error
  }),
  write: attempt(() => writeFileSync('/skill/written', '')),
  root: attempt(() => writeFileSync('/written', '')),
  user: process.getuid() === 65534 ? 'refused' : 'done',
  environment: Object.keys(process.env).every((name) => ['HOME', 'PATH', 'PWD'].includes(name))
    ? 'refused'
    : 'done',
}
process.stdout.write(`${JSON.stringify(tried)}\n`)
// Looked at from outside until this ends.
process.stdin.resume()
