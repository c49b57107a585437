import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { LoopEvent } from '@freehold/contract/loop-events.ts'
import { isDurable } from '@freehold/contract/loop-events.ts'
import { StoredApprovals } from '../../packages/server/src/assistant/loop/approvals.ts'
import { guard } from '../../packages/server/src/assistant/loop/guard.ts'
import { knowledgeTools } from '../../packages/server/src/assistant/loop/knowledge-tools.ts'
import type { ApprovalQuestion } from '../../packages/server/src/assistant/loop/ports.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { uuidV7 } from '../../packages/server/src/kernel/ids.ts'
import type { ToolContext } from '../../packages/server/src/skills/tool.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { doing, runIn, said, taskOf } from '../loop/loop-house.ts'
import { obedientModel } from '../loop/obedient-model.ts'
import { addTenant, asSuperuser, type OpenedStore, openTestStore } from './cluster.ts'
import { callerOf, replica } from './knowledge-house.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
let opened: OpenedStore
let anna: Caller
const replicas: StoredApprovals[] = []

/** Another process over the same database. */
function approvalsHere(): StoredApprovals {
  const one = new StoredApprovals({
    store: opened.store,
    ownerOf: ({ principal }) => principal.id,
    report: (error) => {
      throw error
    },
  })
  replicas.push(one)
  return one
}

before(async () => {
  opened = await openTestStore(data)
  anna = callerOf(opened.store.home, 'restricted', 'anna')
})
after(async () => {
  for (const one of replicas) one.close()
  await opened.close()
  rmSync(data, { recursive: true, force: true })
})

/** A run of a conversation, which approvals belong to; what is sealed in them is of no interest here. */
async function aRun(): Promise<{ readonly conversation: string; readonly run: string }> {
  const [conversation, run] = [uuidV7(), uuidV7()]
  await asSuperuser(data, async (client) => {
    await client.query(
      `INSERT INTO conversation (tenant_id, id, owner, dek, meta_sealed, class, touched)
       VALUES ($1, $2, 'anna', '', '', 'internal', $2)`,
      [anna.tenant, conversation],
    )
    await client.query(
      `INSERT INTO run (tenant_id, id, conversation_id, owner, message_id, answer_id, state, asked_sealed)
       VALUES ($1, $2, $3, 'anna', $2, $2, 'waiting', '')`,
      [anna.tenant, run, conversation],
    )
  })
  return { conversation, run }
}

const question = async (more: Partial<ApprovalQuestion> = {}): Promise<ApprovalQuestion> => ({
  caller: anna,
  ...(await aRun()),
  call: 'call_1',
  tool: 'send_mail',
  effect: 'external-send',
  arguments: '{"to":"kanarienvogel@house.example"}',
  hash: 'a'.repeat(64),
  class: 'internal',
  because: 'policy',
  grantScope: '',
  ...more,
})
const by = (caller: Caller) => ({ caller, request: 'req_000000000000000000000000' })
const never = new AbortController().signal
const once = { decision: 'once', days: 30 } as const

test('a question that was asked before a restart is the same one after it, and any replica may bring the answer', async () => {
  const asked = await question()
  const { id } = await approvalsHere().ask(asked)
  for (const one of replicas.splice(0)) one.close()
  await opened.close()
  opened = await openTestStore(data)
  const here = approvalsHere()
  assert.equal((await here.ask(asked)).id, id)
  const answer = here.answer(anna, id, never)
  assert.equal((await approvalsHere().decide(by(anna), id, once)).decision, 'once')
  assert.deepEqual(await answer, { decision: 'once', by: 'anna', hash: asked.hash })
})

test('a decision stands: it cannot be made twice, by others, by another tenant, or when its time is over', async () => {
  const here = approvalsHere()
  const { id } = await here.ask(await question())
  const others = [
    callerOf(opened.store.home, 'restricted', 'berta'),
    callerOf(opened.store.home, 'public', 'anna'),
    callerOf(tenantId(await addTenant(data)), 'restricted', 'anna'),
  ]
  for (const other of others) {
    await assert.rejects(here.decide(by(other), id, once), { code: 'not_found' })
    assert.deepEqual((await here.list(other, { limit: 10 })).data, [])
  }
  const [waiting] = (await here.list(anna, { limit: 1 })).data
  assert.deepEqual([waiting?.id, waiting?.arguments], [id, (await question()).arguments])
  await here.decide(by(anna), id, { decision: 'deny', days: 30 })
  await assert.rejects(here.decide(by(anna), id, once), { code: 'conflict' })
  const late = await here.ask(await question())
  await asSuperuser(data, (client) =>
    client.query(`UPDATE approval SET expires_at = now() - interval '1 second' WHERE id = $1`, [late.id]),
  )
  await assert.rejects(here.decide(by(anna), late.id, once), { code: 'conflict' })
  assert.equal((await here.answer(anna, late.id, never)).decision, 'expired')
})

test('`always` is remembered for the tool and scope, until it is taken back, and never for what has to be asked each time', async () => {
  const here = approvalsHere()
  const scoped = await here.ask(await question({ grantScope: 'house.example' }))
  const { grant } = await here.decide(by(anna), scoped.id, { decision: 'always', days: 1 })
  assert.equal(await here.isGranted(anna, 'send_mail', 'house.example'), true)
  for (const [caller, tool, scope] of [
    [anna, 'send_mail', 'evil.example'],
    [anna, 'delete_file', 'house.example'],
    [callerOf(opened.store.home, 'restricted', 'berta'), 'send_mail', 'house.example'],
  ] as const)
    assert.equal(await here.isGranted(caller, tool, scope), false)
  const [shown] = (await here.grants(anna, { limit: 10 })).data
  assert.deepEqual([shown?.id, shown?.scope], [grant, 'house.example'])
  await here.revoke(by(anna), grant ?? '')
  assert.equal(await here.isGranted(anna, 'send_mail', 'house.example'), false)
  await assert.rejects(here.revoke(by(anna), grant ?? ''), { code: 'not_found' })
  const exact = await here.ask(await question({ because: 'untrusted', grantScope: null }))
  await assert.rejects(here.decide(by(anna), exact.id, { decision: 'always', days: 1 }), { code: 'invalid' })
})

test('what a run still asked when it was stopped is asked no more', async () => {
  const here = approvalsHere()
  const asked = await question()
  const { id } = await here.ask(asked)
  const answer = here.answer(anna, id, never)
  await here.withdraw(anna, asked.run)
  assert.equal((await answer).decision, 'expired')
  await assert.rejects(here.decide(by(anna), id, once), { code: 'conflict' })
})

test('what a run asked goes with its conversation', async () => {
  const here = approvalsHere()
  const asked = await question()
  const { id } = await here.ask(asked)
  await asSuperuser(data, (client) =>
    client.query('DELETE FROM conversation WHERE id = $1', [asked.conversation]),
  )
  assert.equal((await here.answer(anna, id, never)).decision, 'expired')
})

test('what a call would do stands nowhere in plain text, and each decision is on record', async () => {
  const { rows } = await asSuperuser(data, (client) =>
    client.query<{ row: string }>(
      `SELECT a::text || encode(a.question_sealed, 'escape') AS row FROM approval a
       UNION ALL SELECT g::text || encode(g.scope_sealed, 'escape') FROM tool_grant g`,
    ),
  )
  assert.ok(rows.length > 0)
  assert.doesNotMatch(rows.map(({ row }) => row).join('\n'), /kanarienvogel/)
  const decided = await asSuperuser(data, (client) =>
    client.query<{ detail: { decision: string; tool: string } }>(
      `SELECT detail FROM audit_event WHERE action = 'approval.decided' ORDER BY id`,
    ),
  )
  assert.deepEqual(
    decided.rows.map(({ detail }) => detail.decision),
    ['once', 'deny', 'always'],
  )
})

test('a run that was killed while it asked goes on, and does what was approved once', async () => {
  const deeds: unknown[] = []
  const send = doing(
    {
      name: 'send_mail',
      input: { type: 'object', properties: { to: { type: 'string' } } },
      effect: 'external-send',
    },
    deeds,
  )
  const task = taskOf({
    caller: () => anna,
    ...(await aRun()),
    messages: [said('user', 'Please mail the summary to kanarienvogel@house.example')],
    tools: [send],
  })
  const stored: LoopEvent[] = []
  const killed = new AbortController()
  const first = runIn(
    {
      guard,
      model: obedientModel,
      approvals: approvalsHere(),
      signal: killed.signal,
      tell: async (event) => {
        if (isDurable(event)) stored.push(event)
        if (event.type === 'approval.asked') killed.abort(new Error('killed'))
      },
    },
    task,
  )
  await assert.rejects(first, /killed/)
  const here = approvalsHere()
  const [waiting] = (await here.list(anna, { limit: 10, run: task.run })).data
  await here.decide(by(anna), waiting?.id ?? '', once)
  const { end, events } = await runIn(
    { guard, model: obedientModel, approvals: here },
    { ...task, done: stored },
  )
  assert.deepEqual(deeds, [{ name: 'send_mail', input: { to: 'kanarienvogel@house.example' } }])
  assert.equal(events.filter(({ type }) => type === 'approval.asked').length, 0)
  assert.equal(end.outcome, 'answered')
})

test('the tools over knowledge find and read what their caller may, with classes and spans that hold', async () => {
  const { knowledge, parser } = replica(opened.store)
  try {
    const commit = { request: 'req_000000000000000000000000' }
    const { id: collection } = await knowledge.createCollection(anna, 'Handbook', commit)
    const long = `Leave is 25 days.\n${'A line of the handbook that says little.\n'.repeat(500)}The end.`
    await knowledge.addTexts(
      anna,
      collection,
      [
        { id: 'leave', title: 'Leave', text: long, class: 'internal' },
        { id: 'pay', title: 'Pay', text: 'The leave of directors is 40 days.', class: 'restricted' },
      ],
      commit,
    )
    const [search, read] = knowledgeTools(knowledge)
    const context = (caller: Caller, collections?: readonly string[]): ToolContext => ({
      caller,
      conversation: uuidV7(),
      run: uuidV7(),
      call: 'c',
      class: 'internal',
      collections,
      signal: never,
    })
    const seen = await search.run({ query: 'leave days' }, context(anna))
    assert.deepEqual(new Set(seen.parts.map((part) => part.class)), new Set(['internal', 'restricted']))
    for (const { integrity, origin, source, text } of seen.parts) {
      assert.deepEqual([origin, integrity], ['document', 'untrusted'])
      const whole = await knowledge.documentText(anna, source?.documentId ?? '', source?.collectionId)
      assert.equal(whole.text.slice(source?.span.start, source?.span.end), text)
    }
    const clerk = callerOf(opened.store.home, 'internal', 'clerk')
    const less = await search.run({ query: 'leave days' }, context(clerk))
    assert.ok(less.parts.every((part) => part.source?.documentId === 'leave'))
    await assert.rejects(read.run({ document: 'pay' }, context(clerk)), { code: 'not_found' })
    await assert.rejects(read.run({ document: 'leave' }, context(anna, [uuidV7()])), { code: 'not_found' })
    let from = 0
    let together = ''
    for (let pages = 0; from < long.length && pages < 10; pages++) {
      const { parts } = await read.run({ document: 'leave', from }, context(anna))
      together += parts[0]?.text ?? ''
      from = parts[0]?.source?.span.end ?? long.length
    }
    assert.equal(together, long)
  } finally {
    await knowledge.settled()
    await parser.close()
  }
})
