import assert from 'node:assert/strict'
import type { APIRequestContext } from 'playwright-core'
import type { House } from './browser.ts'

/** An answer as models write them: words, a list, code and a table now and then. */
const answerOf = (n: number): string => {
  const words = `Answer ${n}: the route of an **answer** is told by its chip, and \`route.explain\` says why it was taken. `
  const parts = [words.repeat(1 + (n % 5))]
  if (n % 3 === 0) parts.push('- one thing\n- another thing\n- and a third')
  if (n % 10 === 4)
    parts.push('```ts\nexport const sum = (a: number, b: number): number => a + b\n\nsum(1, 2)\n```')
  if (n % 25 === 7) parts.push('| name | count |\n|---|---|\n| first | 1 |\n| second | 2 |')
  return parts.join('\n\n')
}

/**
 * A conversation of so many messages in a line, as Open WebUI exports it; the last one is an answer. `reworded`: the number
 * of a question that has another wording beside it, which was answered as well.
 */
export function longTalk(title: string, count: number, reworded?: number): object {
  const messages: Record<string, object> = {}
  if (reworded !== undefined) {
    const turn = { timestamp: 1_700_000_000 + reworded }
    messages['q'] = { ...turn, parentId: `m${reworded - 1}`, role: 'user', content: 'In other words' }
    messages['a'] = { ...turn, parentId: 'q', role: 'assistant', content: 'Another answer' }
  }
  for (let n = 1; n <= count; n += 1)
    messages[`m${n}`] = {
      parentId: n === 1 ? null : `m${n - 1}`,
      role: n % 2 === 1 ? 'user' : 'assistant',
      content: n % 2 === 1 ? `Question ${n} about what is told` : answerOf(n),
      timestamp: 1_700_000_000 + n,
    }
  return { title, chat: { history: { currentId: `m${count}`, messages } } }
}

/** A conversation of one question, as ChatGPT exports it; `at` seconds since 1970. */
export const shortTalk = (title: string, at: number): object => ({
  title,
  create_time: at,
  current_node: 'a',
  mapping: { a: { message: { author: { role: 'user' }, create_time: at, content: { parts: [title] } } } },
})

/** Several at a time, as the import screen sends them. */
const AT_ONCE = 500

/** Imports conversations as the owner; returns their ids. */
export async function importTalks(
  request: APIRequestContext,
  house: House,
  talks: readonly object[],
): Promise<readonly string[]> {
  const session = (await (await request.get(`${house.url}/api/session`)).json()) as { csrf?: string }
  const ids: string[] = []
  for (let from = 0; from < talks.length; from += AT_ONCE) {
    const answer = await request.post(`${house.url}/api/conversations/import`, {
      data: { data: talks.slice(from, from + AT_ONCE) },
      headers: { ...(session.csrf !== undefined && { 'x-csrf-token': session.csrf }), origin: house.url },
      timeout: 300_000,
    })
    assert.ok(answer.ok(), `${answer.status()} ${await answer.text()}`)
    ids.push(...((await answer.json()) as { conversations: string[] }).conversations)
  }
  return ids
}
