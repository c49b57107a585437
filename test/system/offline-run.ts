// Runs inside an empty network namespace; prints how often something found no route, and the answer it got.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import { Speaker } from './ask.ts'
import { open, remove } from './house.ts'
import { pdf } from './pdf.ts'

/** `OutNoRoutes` of RFC 4293, both versions of IP. */
function noRoutes(): number {
  const lines = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Ip:'))
  const [names = [], values = []] = lines.map((line) => line.split(' '))
  const four = Number(values[names.indexOf('OutNoRoutes')])
  const six = Number(/^Ip6OutNoRoutes\s+(\d+)/m.exec(readFileSync('/proc/net/snmp6', 'utf8'))?.[1] ?? 0)
  return four + six
}

if (process.argv[2] === 'control') {
  const socket = connect(80, '192.0.2.1')
  await once(socket, 'error')
  process.stdout.write(JSON.stringify({ noRoute: noRoutes(), text: '' }))
} else {
  const house = await open()
  const me = new Speaker(house.url, await house.key())
  const collection = await me.collection('Offline')
  const file = pdf(['Invoices of the depot are due within thirty-one days.'])
  await me.addFile(collection, 'terms.pdf', file)
  const { text } = await me.ask('When are invoices of the depot due?')
  await house.stop()
  await remove(house.data)
  process.stdout.write(JSON.stringify({ noRoute: noRoutes(), text }))
}
