import { randomBytes } from 'node:crypto'
import { Secret } from '../../kernel/secret.ts'
import type { ObjectClient } from './object-client.ts'
import type { S3Place, S3Surroundings } from './open-s3.ts'
import { clientOf, nameOf } from './open-s3.ts'
import { isMissing, ObjectRefusal, startFault, textIn } from './refusal.ts'

/** What Freehold relies on, and whether it holds. */
export interface Finding {
  readonly name: string
  /** Null: it holds. */
  readonly wrong: string | null
}

interface Bench {
  readonly client: ObjectClient
  readonly prefix: string
  readonly path: string
}

type Check = (bench: Bench) => Promise<string | null>

const SIZE_BYTES = 1 << 20

/** In the order in which each needs the ones before it. */
const CHECKS: Readonly<Record<string, Check>> = {
  'an object is written and comes back byte for byte': async ({ client, path }) => {
    const body = randomBytes(SIZE_BYTES)
    await client.ask({ operation: 'put', method: 'PUT', path, body })
    return (await readOf(client, path)).equals(body) ? null : 'it came back changed'
  },
  'a write that is repeated counts': async ({ client, path }) => {
    const body = randomBytes(64)
    await client.ask({ operation: 'put', method: 'PUT', path, body })
    return (await readOf(client, path)).equals(body) ? null : 'the next read saw the bytes from before'
  },
  'a list has it, with the time of its writing': async ({ client, path }) => {
    const query = { 'list-type': '2', 'max-keys': '10', prefix: path.slice(1) }
    const { body } = await client.ask({ operation: 'list', method: 'GET', path: '/', query })
    const page = body.toString('utf8')
    if (textIn(page, 'Key') !== path.slice(1)) return 'the list does not have it'
    return Number.isNaN(Date.parse(textIn(page, 'LastModified') ?? '')) ? 'the list has no time' : null
  },
  'a deleted object is gone': async ({ client, path }) => {
    await client.ask({ operation: 'delete', method: 'DELETE', path })
    try {
      await readOf(client, path)
      return 'it is still there'
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  },
}

const SECRET = 'a wrong secret is refused'

/** Tries a bucket without touching what lies in it. Ends with the first thing that does not hold. */
export async function* examine(place: S3Place, surroundings: S3Surroundings): AsyncIterable<Finding> {
  const { client, prefix, line } = clientOf(place, surroundings)
  const bench: Bench = { client, prefix, path: `/${prefix}check-${randomBytes(8).toString('hex')}` }
  try {
    for (const [name, check] of Object.entries(CHECKS)) {
      const wrong = await check(bench).catch((error: unknown) => startFault(error, nameOf(place)).message)
      yield { name, wrong }
      if (wrong !== null) return
    }
  } finally {
    await line.destroy()
  }
  yield { name: SECRET, wrong: await acceptsAnybody(place, surroundings) }
}

/** A store that checks no signatures keeps nobody out. */
async function acceptsAnybody(place: S3Place, surroundings: S3Surroundings): Promise<string | null> {
  const setting = { ...place.setting, secretAccessKey: new Secret(randomBytes(20).toString('hex')) }
  const { client, prefix, line } = clientOf({ ...place, setting }, surroundings)
  try {
    await client.ask({ operation: 'get', method: 'GET', path: `/${prefix}check` })
    return 'it was taken'
  } catch (error) {
    const isRefused = error instanceof ObjectRefusal && (error.status === 401 || error.status === 403)
    return isRefused ? null : 'the store did not look at it'
  } finally {
    await line.destroy()
  }
}

const readOf = async (client: ObjectClient, path: string): Promise<Buffer> =>
  (await client.ask({ operation: 'get', method: 'GET', path })).body
