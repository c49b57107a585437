import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { budgetList } from '@freehold/contract/budgets.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel, withinOneDay } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, chatEvents, ordinary, streamed } from './gateway-upstream.ts'
import { asSuperuser, signalServer } from './cluster.ts'
import type { Asked } from './budget-houses.ts'
import { ask as askFor, costly, idOf } from './budget-houses.ts'
import { owner } from './budget-owner.ts'

/** Every answer takes 18 tokens, and each is one unit of money. */
const PRICE = { in: 1e6, out: 1e6 }
let first: CaptureServer
let second: CaptureServer
let house: GatewayHouse
/** With further limits. */
const configOf = (limits: object = {}): object => ({
  targets: [
    privateModel(first.url, {
      name: 'first',
      price: PRICE,
      limits: { moneyPerDay: 40, tokensPerMonth: 1e6 },
    }),
    privateModel(second.url, { name: 'second', price: PRICE }),
    privateModel(second.url, { name: 'silent', price: PRICE, streamUsage: false }),
  ],
  routes: [
    { when: { model: 'only' }, to: ['first'] },
    { when: { model: 'second' }, to: ['second'] },
    { when: { model: 'silent' }, to: ['silent'] },
    { to: ['first', 'second'] },
  ],
  limits: {
    users: { '*': { tokensPerMonth: 50 }, anna: { tokensPerMonth: 100 } },
    alertAt: [0.5, 1],
    ...limits,
  },
})

before(withinOneDay)
before(async () => {
  first = await captureServer()
  second = await captureServer()
  house = await openGateway(configOf())
})
after(async () => {
  await house.close()
  await first.close()
  await second.close()
})
beforeEach(() => {
  for (const target of [first, second]) {
    target.answer(ordinary)
    target.forget()
  }
})

const withKey = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` })

async function ask(model: string, who: Readonly<Record<string, string>> = withKey(house.apiKey)) {
  const response = await fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...who },
    body: JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] }),
  })
  const { error }: { error?: { code: string; message: string } } = JSON.parse(await response.text())
  return {
    status: response.status,
    target: response.headers.get('x-freehold-target'),
    code: error?.code ?? 'ok',
    message: error?.message ?? '',
    after: Number(response.headers.get('retry-after')),
  }
}

const budgets = async (headers: Readonly<Record<string, string>> = {}) =>
  budgetList.parse(await (await house.get('/api/budgets', headers)).json()).data

test('a target whose budget is used up is left out, and says so where it is the only one', async () => {
  // A call that fails costs nothing there.
  first.answer(answered(503, {}))
  assert.equal((await ask('any')).target, 'second')
  first.answer(ordinary)
  const targets = []
  for (let n = 0; n < 5; n += 1) targets.push((await ask('any')).target)
  assert.deepEqual(targets, ['first', 'first', 'first', 'second', 'second'])
  const { status, code, message, after: wait } = await ask('only')
  assert.deepEqual([status, code], [429, 'over_limit'])
  assert.match(message, /^The limit moneyPerDay=40 of the target first is reached\. There is room again at /)
  assert.ok(wait > 0 && wait <= 86_400)
  const cli = await house.cli('budget', 'list', '--json')
  const { data } = budgetList.parse({ ...JSON.parse(cli.stdout), next: null })
  const [money, tokens] = data.filter(({ budget }) => budget === 'target:first').toReversed()
  assert.deepEqual(
    [money?.limit, money?.most, money?.spent, money?.reserved, money?.ratio],
    ['moneyPerDay', 40, 54, 0, 1.35],
  )
  assert.deepEqual([tokens?.limit, tokens?.spent], ['tokensPerMonth', 54])
  assert.deepEqual(
    money?.alerts.map(({ share }) => share),
    [0.5, 1],
  )
})

test('what was reached is told once: in the log, the metrics, the audit record and the list', async () => {
  const alerts = house
    .output()
    .split('\n')
    .filter((line) => line.includes('"budget.alert"'))
    .map((line): { budget: string; percent: number } => JSON.parse(line))
    .filter(({ budget }) => budget === 'target:first')
  assert.deepEqual(
    alerts.map(({ percent }) => percent),
    [50, 100],
  )
  const metrics = await house.metrics()
  assert.match(metrics, /^freehold_budget_alerts_total\{budget="target",limit="moneyPerDay"\} 2$/m)
  assert.match(metrics, /^freehold_budget_used_ratio\{budget="target",limit="moneyPerDay"\} 1\.35$/m)
  assert.match(metrics, /^freehold_target_spared_total\{target="first",reason="budget"\} 3$/m)
  assert.match(metrics, /^freehold_limit_refused_total\{reason="moneyPerDay"\} 3$/m)
  const { rows } = await asSuperuser(house.data, (client) =>
    client.query(
      "SELECT subject FROM audit_event WHERE action = 'budget.alert' AND subject = 'target:first'",
    ),
  )
  assert.equal(rows.length, 2)
})

test('a person has one budget for the session and for every key that it makes', async () => {
  const anna = await owner(house, 'Anna')
  const key = await anna.key()
  const child = await anna.key()
  const statuses = []
  for (let n = 0; n < 8; n += 1) {
    const who = n % 3 === 0 ? anna.headers : withKey(n % 3 === 1 ? key : child)
    statuses.push((await ask('any', who)).status)
  }
  // 18 each, until 100 are spent.
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 429, 429])
  const [mine, ...others] = await budgets(withKey(child))
  assert.deepEqual([mine?.spent, mine?.most, others], [108, 100, []])
  assert.match(mine?.budget ?? '', /^user:[\da-f-]{36}$/)
  const stranger = await house.key('--limit', 'tokensPerDay=7')
  assert.deepEqual(
    (await budgets(withKey(stranger))).map(({ most, spent }) => [most, spent]),
    [[7, 0]],
  )
})

test('a stream is charged what the target says, also where the client did not ask for it', async () => {
  const told = chatEvents(['one ', 'two'])
  const untold = told.filter((event) => !event.includes('prompt_tokens'))
  second.answer((seen, response) => {
    const { stream_options: options } = JSON.parse(seen.body.toString())
    return streamed(options?.include_usage === true ? told : untold)(seen, response)
  })
  const key = await house.key('--limit', 'tokensPerDay=1000')
  const stream = async (more: object = {}) => {
    const body = { model: 'second', stream: true, messages: [{ role: 'user', content: 'hi' }], ...more }
    return (await house.post('/v1/chat/completions', body, withKey(key))).text()
  }
  assert.equal(await stream(), untold.join(''))
  assert.equal(await stream({ stream_options: { include_usage: false } }), untold.join(''))
  assert.equal(await stream({ stream_options: { include_usage: true } }), told.join(''))
  assert.deepEqual(
    (await budgets(withKey(key))).map(({ spent }) => spent),
    [3 * 18],
  )
  // One that refuses to be asked is not asked.
  assert.equal(await stream({ model: 'silent' }), untold.join(''))
  assert.notEqual((await budgets(withKey(key)))[0]?.spent, 4 * 18)
})

test('a limit that is written into a running configuration counts what was spent before', async () => {
  const key = await house.key()
  for (let n = 0; n < 2; n += 1) assert.equal((await ask('any', withKey(key))).status, 200)
  assert.deepEqual(await budgets(withKey(key)), [])
  await house.rewrite(configOf({ key: { tokensPerDay: 30 } }))
  let mine = await budgets(withKey(key))
  for (; mine.length === 0; mine = await budgets(withKey(key))) await house.cli('budget', 'list')
  assert.deepEqual(
    mine.map(({ most, spent }) => [most, spent]),
    [[30, 36]],
  )
  assert.equal((await ask('any', withKey(key))).code, 'over_limit')
  await house.rewrite(configOf({ key: { tokensPerDay: 40 } }))
  while ((await ask('any', withKey(key))).status !== 200) await house.cli('budget', 'list')
  assert.equal((await ask('any', withKey(key))).code, 'over_limit')
})

test('budgets come in pages, each once, and a cursor that is none of ours is refused', async () => {
  const operator = withKey(await house.key('--scope', '*'))
  const whole = await budgets(operator)
  const seen = []
  for (let after = ''; ;) {
    const response = await house.get(`/api/budgets?limit=1${after}`, operator)
    const { data, next } = budgetList.parse(await response.json())
    seen.push(...data)
    if (next === null) break
    after = `&after=${encodeURIComponent(next)}`
  }
  assert.deepEqual(seen, whole)
  assert.ok(seen.length > 3)
  for (const wrong of ['after=x', 'limit=0', 'limit=1001', 'all=1'])
    assert.equal((await house.get(`/api/budgets?${wrong}`, operator)).status, 400, wrong)
})

test('usage is a CSV table where one is asked for, and JSON otherwise', async () => {
  const operator = await house.key('--scope', '*')
  const read = async (path: string, accept = '*/*') => {
    const response = await house.get(path, {
      accept,
      ...withKey(operator),
    })
    return {
      type: response.headers.get('content-type'),
      text: await response.text(),
      status: response.status,
    }
  }
  const csv = await read('/api/usage?by=target&format=csv')
  assert.equal(csv.type, 'text/csv; charset=utf-8; header=present')
  const day = new Date().toISOString().slice(0, 10)
  assert.match(csv.text, /^target,from,to,requests,failed,input,output,cost\r\n/)
  assert.match(csv.text, new RegExp(`^first,\\d{4}-\\d\\d-\\d\\d,${day},3,0,33,21,54\r$`, 'm'))
  assert.equal((await read('/api/usage?by=target', 'text/csv')).text, csv.text)
  assert.equal((await house.cli('usage', '--by', 'target', '--csv')).stdout, csv.text)
  assert.match((await read('/api/usage?by=day')).text, new RegExp(`^{"by":"day".*"name":"${day}"`))
  const wrong = await read('/api/usage?format=xls')
  assert.deepEqual([wrong.status, JSON.parse(wrong.text).error.param], [400, 'format'])
})

test('without its database a house serves from what it holds, then refuses, and afterwards everything fits', async () => {
  for (const target of [first, second]) target.answer(costly)
  const key = await house.key('--limit', 'tokensPerDay=100000')
  const free = await house.key()
  await house.rewrite(configOf())
  while ((await budgets(withKey(free))).length > 0) await house.cli('budget', 'list')
  const say = (who = key): Promise<Asked> => askFor(house, who, { completion: 50, delayMs: 0 })
  // What it reserved for this one and did not need stays with the house.
  assert.equal((await askFor(house, key, { completion: 50, delayMs: 0, most: 1000 })).status, 200)
  signalServer(house.data, 'SIGSTOP')
  const answers: Asked[] = []
  do answers.push(await say())
  while (answers.at(-1)?.status === 200)
  const refused = answers.at(-1)
  assert.ok(answers.length > 2, 'it held something')
  assert.deepEqual([refused?.status, refused?.retryAfterS], [503, 1])
  assert.match(refused?.message ?? '', /limit tokensPerDay=100000 of the key .* cannot be told: the database/)
  // Nobody counts what this one spends.
  assert.equal((await say(free)).status, 200)
  signalServer(house.data, 'SIGCONT')
  let again = await say()
  while (again.status === 503) again = await say()
  assert.equal(again.status, 200)
  assert.equal((await house.cli('usage')).status, 0)
  const { rows } = await asSuperuser(house.data, (client) =>
    client.query<{ spent: string; leased: string; recorded: string; held: string }>(
      `SELECT spent, leased,
        (SELECT sum(input_tokens + output_tokens) FROM request_record WHERE principal = $1) AS recorded,
        (SELECT sum(amount) FROM budget_lease WHERE budget = 'key:' || $1) AS held
       FROM budget_counter WHERE budget = 'key:' || $1`,
      [idOf(key)],
    ),
  )
  const [row] = rows
  assert.equal(row?.spent, row?.recorded)
  assert.equal(row?.leased, row?.held)
})
