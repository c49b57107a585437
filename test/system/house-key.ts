import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'

/**
 * What `freehold key create` asks of a house: the command would load every schema of the route table into each file
 * of tests, which takes longer than many of them.
 */
export async function createKey(data: string, args: readonly string[]): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      name: { type: 'string' },
      scope: { type: 'string', multiple: true },
      class: { type: 'string' },
      ceiling: { type: 'string' },
      expires: { type: 'string' },
      limit: { type: 'string', multiple: true },
    },
  })
  const { scope, limit, expires, ...rest } = values
  const limits = limit?.map((one) => one.split('=')).map(([name, number]) => [name, Number(number)])
  const body = {
    ...rest,
    ...(scope && { scopes: scope }),
    ...(expires !== undefined && { expiresAt: expires }),
    ...(limits && { limits: Object.fromEntries(limits) }),
  }
  const call = request({
    socketPath: join(data, 'control.sock'),
    method: 'POST',
    path: '/api/keys',
    headers: { host: 'localhost', 'content-type': 'application/json' },
    agent: false,
  })
  call.end(JSON.stringify(body))
  const [response] = await once(call, 'response')
  const said = await text(response)
  if (response.statusCode >= 300) throw new Error(`no key for ${args.join(' ')}: ${said}`)
  return (JSON.parse(said) as { key: string }).key
}
