import type { MockExchange } from '@freehold/contract/skill-operation.ts'
import { skillTest } from '@freehold/contract/skill-operation.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Place, Tx } from '../../store/store.ts'
import type { Broker, BrokerRequest, BrokerResponse, OperationResult } from '../runner.ts'

/** Longer ones are not kept: a handful of ordinary calls is what an upgrade is tried on. */
const MOST_BYTES = 64 * 1024
const MOST_EXCHANGES = 16

const place = (row: string, column: string): Place => ({ table: 'skill_fixture', row, column })

/** A call as it happened, in the form of a skill's own tests. */
export const fixture = skillTest.pick({ operation: true, input: true, mock: true, expect: true })
export type Fixture = z.output<typeof fixture>

/** A broker that remembers what was asked and answered; null where that is too much to keep. */
export interface RecordingBroker extends Broker {
  readonly exchanges: readonly MockExchange[] | null
}

export function recordingBroker(broker: Broker): RecordingBroker {
  const exchanges: MockExchange[] = []
  let bytes = 0
  return {
    async send(request, signal) {
      const response = await broker.send(request, signal)
      bytes += (request.body?.length ?? 0) + response.body.length
      exchanges.push(exchangeOf(request, response))
      return response
    },
    get exchanges() {
      return bytes > MOST_BYTES || exchanges.length > MOST_EXCHANGES ? null : exchanges
    },
  }
}

function exchangeOf(request: BrokerRequest, response: BrokerResponse): MockExchange {
  const { pathname, search } = new URL(request.url)
  const type = response.headers['content-type']
  return {
    request: {
      method: request.method,
      path: pathname + search,
      ...(request.body !== null && { body: readBody(request.body) }),
    },
    response: {
      status: response.status,
      headers: type === undefined ? {} : { 'content-type': type },
      body: readBody(response.body),
    },
  }
}

function readBody(body: Buffer): unknown {
  const text = body.toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The call as a test; null where it cannot be told as one. */
export function fixtureOf(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  made: { readonly broker: RecordingBroker; readonly result: OperationResult },
): Fixture | null {
  const { exchanges } = made.broker
  if (exchanges === null) return null
  const read = fixture.safeParse({ operation, input, mock: exchanges, expect: made.result.value })
  return read.success ? read.data : null
}

interface Kept {
  readonly skill: string
  readonly digest: string
  /** How many of each operation. */
  readonly most: number
}

/** Keeps it in the place of the oldest of its operation. */
export async function keepFixture({ db, tenant, keys }: Tx, kept: Kept, happened: Fixture): Promise<void> {
  const id = uuidV7()
  const { dek, wrapped } = keys.newDek(place(id, 'dek'))
  await db
    .insertInto('skill_fixture')
    .values({
      tenant_id: tenant,
      id,
      skill: kept.skill,
      digest: kept.digest,
      operation: happened.operation,
      dek: wrapped,
      exchange_sealed: dek.seal(place(id, 'exchange_sealed'), Buffer.from(JSON.stringify(happened))),
    })
    .execute()
  await sql`DELETE FROM skill_fixture WHERE id IN (
    SELECT id FROM skill_fixture WHERE skill = ${kept.skill} AND operation = ${happened.operation}
    ORDER BY id DESC OFFSET ${kept.most})`.execute(db)
}

/** Oldest first. */
export async function fixturesOf({ db, keys }: Tx, skill: string): Promise<readonly Fixture[]> {
  const rows = await db
    .selectFrom('skill_fixture')
    .selectAll()
    .where('skill', '=', skill)
    .orderBy('id')
    .execute()
  return rows.map(({ id, dek, exchange_sealed: sealed }) => {
    const plain = keys.openDek(place(id, 'dek'), dek).open(place(id, 'exchange_sealed'), sealed)
    return fixture.parse(JSON.parse(plain.toString('utf8')))
  })
}
