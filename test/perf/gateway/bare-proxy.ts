// The least that a reverse proxy on Node can do: what a gateway costs is told as a multiple of it.
import { createServer } from 'node:http'
import { Pool } from 'undici'

const pool = new Pool(process.argv[2] ?? '', {
  connections: 256,
  pipelining: 1,
  bodyTimeout: 0,
  headersTimeout: 0,
})
const server = createServer({ noDelay: true }, (request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const headers = ['content-type', 'application/json', 'authorization', 'Bearer x']
    const body = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
    pool.dispatch(
      { path: request.url ?? '/', method: 'POST', headers, body },
      {
        onRequestStart: () => {},
        onResponseStart(_, status, upstream) {
          response.writeHead(status, { 'content-type': String(upstream['content-type']) })
        },
        onResponseData: (_, part) => void response.write(part),
        onResponseEnd: () => void response.end(),
        onResponseError: () => void response.destroy(),
      },
    )
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(typeof address === 'object' ? address?.port : '')
})
