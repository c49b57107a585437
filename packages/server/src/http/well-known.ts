import { Fault } from '../kernel/fault.ts'
import type { Serve } from './server.ts'

/**
 * `/.well-known/jwks.json`: the public keys by which targets check our tokens (RFC 7517). `jwks` is asked each time;
 * what it returns is text only once.
 * @throws Fault `wrong_method`
 */
export function createWellKnown(jwks: () => object): Serve {
  let said: object | null = null
  let body = Buffer.alloc(0)
  return (request, response) => {
    if ((request.url ?? '').split('?', 1)[0] !== '/.well-known/jwks.json') return false
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      throw new Fault('wrong_method', `/.well-known/jwks.json takes GET, HEAD, not ${request.method}.`)
    }
    const now = jwks()
    if (now !== said) {
      said = now
      body = Buffer.from(JSON.stringify(now))
    }
    response.writeHead(200, {
      // RFC 7517 section 8.5.2 has a type of its own, which many clients refuse.
      'content-type': 'application/json',
      'cache-control': 'public, max-age=300',
      'content-length': body.length,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
    return true
  }
}
