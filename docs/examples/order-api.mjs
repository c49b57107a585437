// A small order system to try skills with: node order-api.mjs [PORT] [TOKEN]. It keeps everything in memory.
import { createServer } from 'node:http'

const [, , port = '7171', token = 'demo-token'] = process.argv

const orders = new Map([
  [
    'SO-2041',
    {
      order: 'SO-2041',
      customer: 'C-77',
      state: 'open',
      sum: 129.5,
      lines: [
        { item: 'Lamp', count: 1 },
        { item: 'Bulb', count: 3 },
      ],
    },
  ],
  [
    'SO-2042',
    { order: 'SO-2042', customer: 'C-77', state: 'shipped', sum: 18, lines: [{ item: 'Cable', count: 2 }] },
  ],
  [
    'SO-2043',
    { order: 'SO-2043', customer: 'C-12', state: 'returned', sum: 75, lines: [{ item: 'Shelf', count: 1 }] },
  ],
])
const parcels = new Map([
  [
    'YT1234567890123',
    [
      { time: '2027-03-09T18:20', place: '杭州', state: '已揽收' },
      { time: '2027-03-10T07:45', place: '上海', state: '派送中' },
    ],
  ],
])
const returns = []

const found = (value) => (value === undefined ? [404, { error: 'not found' }] : [200, value])

function cancelled(number) {
  const order = orders.get(number)
  if (order === undefined) return [404, { error: 'not found' }]
  if (order.state !== 'open') return [409, { error: `the order is ${order.state}` }]
  order.state = 'cancelled'
  return [200, order]
}

function returned({ order, reason = null }) {
  if (!orders.has(order)) return [404, { error: 'not found' }]
  returns.push({ return: `R-${returns.length + 1}`, order, reason })
  return [201, returns.at(-1)]
}

function answer(method, { pathname, searchParams }, body) {
  const [, , kind, id, act] = pathname.split('/').map(decodeURIComponent)
  if (method === 'GET' && kind === 'orders' && id !== undefined) return found(orders.get(id))
  if (method === 'GET' && kind === 'orders') {
    const fits = (one) =>
      one.customer === searchParams.get('customer') && [null, one.state].includes(searchParams.get('state'))
    return [200, { orders: [...orders.values()].filter(fits).reverse() }]
  }
  if (method === 'GET' && kind === 'parcels') {
    const events = parcels.get(id)
    return found(events && { waybill: id, events })
  }
  if (method === 'POST' && kind === 'returns') return returned(body)
  if (method === 'POST' && kind === 'orders' && act === 'cancel') return cancelled(id)
  return [404, { error: 'not found' }]
}

const server = createServer(async (request, response) => {
  const say = (status, value) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  if (request.headers.authorization !== `Bearer ${token}`)
    return say(401, { error: 'no token, or another one' })
  try {
    const text = (await request.toArray()).join('')
    return say(
      ...answer(
        request.method,
        new URL(request.url, 'http://localhost'),
        text === '' ? {} : JSON.parse(text),
      ),
    )
  } catch {
    return say(400, { error: 'no JSON' })
  }
})
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`orders at http://127.0.0.1:${server.address().port}\n`)
})
