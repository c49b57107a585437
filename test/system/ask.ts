import type { Citation } from '@freehold/contract/chat.ts'
import type { FaultBody } from '@freehold/contract/fault-body.ts'
import type { documentsAdded, documentView } from '@freehold/contract/knowledge.ts'
import type { z } from 'zod'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly citations: readonly Citation[]
}

/** An answer of the API: what was expected, or the fault; the test that reads the body says which. */
export interface Got<T> {
  readonly status: number
  readonly body: T & FaultBody
}

export type DocumentView = z.output<typeof documentView>
type Added = z.output<typeof documentsAdded>

/** One key of one server, as any HTTP client would use it. */
export class Speaker {
  readonly #url: string
  readonly #authorization: string

  constructor(url: string, key: string) {
    this.#url = url
    this.#authorization = `Bearer ${key}`
  }

  async ask(question: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answered> {
    const { response, body } = await this.#send('POST', '/v1/chat/completions', {
      model: 'extract-1',
      messages: [{ role: 'user', content: question }],
      ...more,
    })
    const answer = body as { choices?: { message: { content: string; annotations: Citation[] } }[] }
    const message = answer.choices?.[0]?.message
    return {
      status: response.status,
      headers: response.headers,
      text: message?.content ?? '',
      citations: message?.annotations ?? [],
    }
  }

  async api<T = object>(method: string, path: string, body?: unknown): Promise<Got<T>> {
    const answer = await this.#send(method, path, body)
    return { status: answer.response.status, body: answer.body as T & FaultBody }
  }

  async addFile(collection: string, name: string, bytes: Uint8Array): Promise<Got<Added>> {
    const form = new FormData()
    form.set('file', new Blob([new Uint8Array(bytes)]), name)
    const path = `/api/collections/${collection}/documents`
    const headers = { authorization: this.#authorization }
    const response = await fetch(this.#url + path, { method: 'POST', headers, body: form })
    return { status: response.status, body: (await response.json()) as Added & FaultBody }
  }

  /** The id of a new collection. */
  async collection(name: string): Promise<string> {
    const { status, body } = await this.api<{ id: string }>('POST', '/api/collections', { name })
    if (status !== 201) throw new Error(`no collection: ${JSON.stringify(body)}`)
    return body.id
  }

  async documents(
    collection: string,
    query = '',
  ): Promise<Got<{ data: DocumentView[]; next: string | null }>> {
    return this.api('GET', `/api/collections/${collection}/documents${query}`)
  }

  async #send(method: string, path: string, body: unknown): Promise<{ response: Response; body: unknown }> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        authorization: this.#authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { response, body: text === '' ? null : JSON.parse(text) }
  }
}
