import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asSuperuser } from './cluster.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway } from './gateway-house.ts'
import { captureServer, ordinary } from './gateway-upstream.ts'

export const PASSWORD = 'copper lantern drifts'

/** Somebody who joined, has a key, and used both. */
export interface Person {
  readonly id: string
  readonly key: { readonly id: string; readonly key: string }
  send(method: string, path: string, body?: object): Promise<Response>
}

export interface PeopleHouse extends GatewayHouse {
  /** Invites somebody and joins in their place. */
  come(name: string, role?: string): Promise<Person>
  /** Asks a managed model in a conversation, with an address that is masked. */
  ask(person: Person, text: string): Promise<string>
  /** Columns of the database in which one of these words stands in clear, as `table`. */
  tablesWith(words: readonly string[]): Promise<readonly string[]>
  /** Files of the database that hold this text once everything that is gone was swept out of them. */
  filesWith(text: string): Promise<readonly string[]>
  /** Exits with 0 where the log is sound. */
  verify(): Promise<void>
  again(): Promise<PeopleHouse>
}

export async function openPeopleHouse(more: object = {}, data?: string): Promise<PeopleHouse> {
  const target = await captureServer(ordinary)
  const config = {
    classes: { found: { default: 'public' } },
    privacy: { egressDays: 7 },
    targets: [managedModel(target.url)],
    routes: [{ when: { class: ['public'] }, to: ['cloud'], desensitise: 'strict' }],
    ...more,
  }
  const house = await openGateway(config, {
    key: ['--scope', '*'],
    ...(data !== undefined && { data }),
  }).catch(async (error: unknown) => {
    // Whoever listens on keeps the file of tests from ending.
    await target.close()
    throw error
  })
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(house.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const people: PeopleHouse = {
    ...house,
    async come(name, role = 'member') {
      const invited = await house.cli('user', 'invite', '--name', name, '--role', role, '--json')
      assert.equal(invited.status, 0, invited.stderr)
      const { token } = JSON.parse(invited.stdout) as { token: string }
      const joined = await post('/api/invitations/accept', { token, password: PASSWORD })
      assert.equal(joined.status, 201)
      const { csrf, caller } = (await joined.json()) as { csrf: string; caller: { principal: string } }
      const cookie = joined.headers.get('set-cookie')?.split(';')[0] ?? ''
      const send: Person['send'] = (method, path, body) =>
        fetch(house.url + path, {
          method,
          headers: {
            cookie,
            'x-csrf-token': csrf,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
      const made = await send('POST', '/api/keys', { name: `key of ${name}`, class: 'public' })
      assert.equal(made.status, 201)
      return { id: caller.principal, key: (await made.json()) as Person['key'], send }
    },
    async ask(person, text) {
      const body = { model: 'm', messages: [{ role: 'user', content: text }] }
      const headers = {
        authorization: `Bearer ${person.key.key}`,
        'x-freehold-conversation': `talk-${person.id}`,
      }
      const answer = await post('/v1/chat/completions', body, headers)
      assert.equal(answer.status, 200, await answer.text())
      return answer.headers.get('x-freehold-request') ?? ''
    },
    tablesWith: (words) =>
      asSuperuser(house.data, async (db) => {
        const { rows: tables } = await db.query<{ name: string }>(
          `SELECT table_name AS name FROM information_schema.tables
           WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
        )
        const found: string[] = []
        for (const { name } of tables) {
          const { rows } = await db.query(
            `SELECT 1 FROM "${name}" AS row WHERE row::text LIKE ANY ($1) LIMIT 1`,
            [words.map((word) => `%${word}%`)],
          )
          if (rows.length > 0) found.push(name)
        }
        return found
      }),
    async filesWith(text) {
      await asSuperuser(house.data, async (db) => {
        // What an hour would bring.
        await db.query(`UPDATE erasure SET principals = '{}' WHERE state = 'done'`)
        await db.query('VACUUM FULL')
        await db.query('CHECKPOINT')
      })
      const base = join(house.data, 'pg', 'base')
      return readdirSync(base, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(base, name)).isFile())
        .filter((name) => readFileSync(join(base, name)).includes(text))
    },
    async verify() {
      // Everything that happened until now is in the log.
      await untilTrue(async () => {
        const { rows } = await asSuperuser(house.data, (db) => db.query('SELECT 1 FROM audit_pending'))
        return rows.length === 0
      })
      const { status, stdout, stderr } = await house.cli('audit', 'verify')
      assert.equal(status, 0, stdout + stderr)
    },
    async again() {
      await target.close()
      return openPeopleHouse(more, house.data)
    },
    async close() {
      await house.close()
      await target.close()
    },
  }
  return people
}

/** Waits for a state, however long it takes. */
export async function untilTrue(state: () => Promise<boolean>): Promise<void> {
  while (!(await state())) await sleep(50)
}
