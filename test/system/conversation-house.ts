import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import type { GatewayHouse, GatewayHouseOptions } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, chatEvents } from './gateway-upstream.ts'

export interface Told {
  readonly seq: number
  readonly type: string
  readonly [name: string]: unknown
}

export interface Seen {
  readonly id: string
  readonly parent: string | null
  readonly role: string
  readonly status: string
  readonly class: string
  readonly text: string
  readonly making: { readonly requests: string[]; readonly target: string; readonly zone: string } | null
}

/** A caller of the conversations. */
export interface Speaker {
  readonly headers: Readonly<Record<string, string>>
  call<T>(method: string, path: string, body?: object): Promise<T>
  /** Status and code of a refusal. */
  refused(method: string, path: string, body?: object): Promise<readonly [number, string]>
  begin(wish?: object): Promise<string>
  say(
    conversation: string,
    text: string,
    wish?: object,
  ): Promise<{ run: string; answer: string; message: Seen }>
  messages(conversation: string): Promise<readonly Seen[]>
  /** The events of a run until its stream ends, or `enough` says so. */
  events(run: string, after?: number, enough?: (event: Told) => boolean): Promise<Told[]>
  /** Waits until the run is over. */
  over(run: string): Promise<string>
}

export interface ConversationHouse extends GatewayHouse {
  readonly target: CaptureServer
  readonly me: Speaker
  speaker(headers: Readonly<Record<string, string>>): Speaker
}

/** Whose answers come word by word, when they are told to. */
export class SlowModel {
  #response: ServerResponse | null = null
  #begun = Promise.withResolvers<ServerResponse>()

  readonly script = (_: unknown, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chatEvents([])[0])
    this.#response = response
    this.#begun.resolve(response)
  }

  /** Resolves when a request has come. */
  async begun(): Promise<void> {
    await this.#begun.promise
  }

  async says(...words: readonly string[]): Promise<void> {
    const response = await this.#begun.promise
    for (const event of chatEvents(words).slice(1, 1 + words.length)) response.write(event)
  }

  async ends(): Promise<void> {
    const response = await this.#begun.promise
    response.end(chatEvents([]).slice(1).join(''))
    this.again()
  }

  again(): void {
    this.#response = null
    this.#begun = Promise.withResolvers()
  }

  get isIdle(): boolean {
    return this.#response === null
  }
}

export const textOf = (events: readonly Told[]): string =>
  events.map((event) => (event.type === 'text' ? String(event['text']) : '')).join('')

export async function openConversations(
  more: object = {},
  { target: given, ...options }: GatewayHouseOptions & { readonly target?: CaptureServer } = {},
): Promise<ConversationHouse> {
  const target = given ?? (await captureServer())
  const house = await openGateway(
    {
      targets: [privateModel(target.url)],
      routes: [{ to: ['house'] }],
      conversations: { model: 'house' },
      ...more,
    },
    options,
  )
  const speaker = (headers: Readonly<Record<string, string>>): Speaker => speakerAt(house.url, headers)
  return {
    ...house,
    target,
    speaker,
    me: speaker({ authorization: `Bearer ${house.apiKey}` }),
    async close() {
      await house.close()
      if (given === undefined) await target.close()
    },
  }
}

export function speakerAt(url: string, headers: Readonly<Record<string, string>>): Speaker {
  const send = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(url + path, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await send(method, path, body)
    const text = await answer.text()
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
    return (text === '' ? null : JSON.parse(text)) as T
  }
  return {
    headers,
    call,
    async refused(method, path, body) {
      const answer = await send(method, path, body)
      const { error } = (await answer.json()) as { error: { code: string } }
      return [answer.status, error.code]
    },
    begin: async (wish = {}) => (await call<{ id: string }>('POST', '/api/conversations', wish)).id,
    say: (conversation, text, wish = {}) =>
      call('POST', `/api/conversations/${conversation}/messages`, { text, ...wish }),
    messages: async (conversation) =>
      (await call<{ data: Seen[] }>('GET', `/api/conversations/${conversation}/messages`)).data,
    async events(run, after = 0, enough = () => false) {
      const leaving = new AbortController()
      const answer = await fetch(`${url}/api/runs/${run}/events?after=${after}`, {
        headers,
        signal: leaving.signal,
      })
      assert.ok(answer.ok, `${answer.status}`)
      const told: Told[] = []
      let text = ''
      try {
        for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          text += piece
          const blocks = text.split('\n\n')
          text = blocks.pop() ?? ''
          for (const block of blocks) {
            const seq = /^id: (\d+)$/m.exec(block)?.[1]
            const data = /^data: (.*)$/m.exec(block)?.[1]
            if (seq === undefined || data === undefined) continue
            const event = { seq: Number(seq), ...JSON.parse(data) } as Told
            told.push(event)
            if (enough(event)) return told
          }
        }
      } finally {
        leaving.abort()
      }
      return told
    },
    async over(run) {
      for (;;) {
        const { state } = await call<{ state: string }>('GET', `/api/runs/${run}`)
        if (state !== 'running' && state !== 'waiting') return state
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}
