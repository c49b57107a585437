import { Refusal, refusalFrom } from './refusal.js'
import { sendFile } from './upload.js'

/** @typedef {{ principal: string, name: string | null, roles: string[], groups: string[], powers: string[] }} Person */
/** @typedef {{ caller: Person, csrf: string | null }} Session */
/** @typedef {{ id: string, name: string, documents: number }} Collection */
/** @typedef {{ id: string, collectionId: string, title: string, passages: number, mediaType: string,
 *   sizeBytes: number, acl?: object | null, warning?: string }} StoredDocument */
/** @typedef {{ data: StoredDocument[], next: string | null }} DocumentPage */
/** @typedef {{ id: string, name: string, state: 'ready' | 'away' }} Connection */
/** @typedef {{ method?: string, body?: unknown, signal?: AbortSignal }} Ask */

const segment = encodeURIComponent

/**
 * The part of the platform's interface that the page uses. It keeps the CSRF token of the session and sends it along.
 * @param {{ onSignedOut: () => void }} options
 */
export function createApi({ onSignedOut }) {
  /** @type {string | null} */
  let csrf = null
  /** @type {Person | null} */
  let person = null

  /** @param {Session} session */
  function keep(session) {
    csrf = session.csrf
    person = session.caller
    return session
  }

  /** @param {string} path @param {Ask} ask */
  function send(path, { method = 'GET', body, signal }) {
    /** @type {Record<string, string>} */
    const headers = {}
    /** @type {RequestInit} */
    const init = { method, headers, cache: 'no-store' }
    if (signal !== undefined) init.signal = signal
    if (body !== undefined) init.body = JSON.stringify(body)
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (csrf !== null && method !== 'GET') headers['x-csrf-token'] = csrf
    return fetch(path, init).catch((error) => {
      if (signal?.aborted) throw error
      throw new Refusal('unreachable', '', 0)
    })
  }

  /**
   * Another tab may have signed in anew: a refused token is fetched once more and the call repeated once.
   * @template T
   * @param {() => Promise<T>} attempt
   */
  async function withFreshToken(attempt) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof Refusal && error.code === 'csrf') {
        keep(await (await accepted('/api/session')).json())
        return await attempt()
      }
      if (error instanceof Refusal && error.code === 'unidentified') onSignedOut()
      throw error
    }
  }

  /** @param {string} path @param {Ask} [ask] */
  async function accepted(path, ask = {}) {
    const response = await send(path, ask)
    if (!response.ok) throw refusalFrom(response.status, await response.text())
    return response
  }

  /** @param {string} path @param {Ask} [ask] */
  const call = (path, ask) => withFreshToken(() => accepted(path, ask))
  /** @param {string} path @param {Ask} [ask] */
  const json = async (path, ask) => (await call(path, ask)).json()

  return {
    /** Who is signed in. */
    person() {
      if (person === null) throw new Refusal('unidentified', '', 401)
      return person
    },
    /** For screens of their own. @param {string} path */
    read: (path) => json(path),
    /** @param {'POST' | 'PUT' | 'PATCH' | 'DELETE'} method @param {string} path @param {unknown} [body] */
    async change(method, path, body) {
      const response = await call(path, { method, body })
      return response.status === 204 ? null : response.json()
    },
    /** @returns {Promise<{ version: string, claimed: boolean }>} */
    platform: async () => (await accepted('/api/platform')).json(),
    /** Providers elsewhere that one can sign in with. @returns {Promise<Connection[]>} */
    connections: async () => (await (await accepted('/api/identity/connections')).json()).data,
    /** The session of the cookie, or null when there is none. @returns {Promise<Session | null>} */
    async session() {
      const response = await send('/api/session', {})
      if (response.status === 401) return null
      if (!response.ok) throw refusalFrom(response.status, await response.text())
      return keep(await response.json())
    },
    /** @param {{ token: string, name: string, password: string }} body @returns {Promise<Session>} */
    claim: async (body) => keep(await (await accepted('/api/claim', { method: 'POST', body })).json()),
    /** Asks the browser for a passkey. @param {{ tenant?: string }} where @returns {Promise<Session>} */
    async signInByPasskey(where) {
      const asked = await accepted('/api/session/passkey/options', { method: 'POST' })
      const { options } = await asked.json()
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
      const credential = await navigator.credentials.get({ publicKey })
      if (!(credential instanceof PublicKeyCredential)) throw new Refusal('wrong_login', '', 401)
      const body = { ...where, response: credential.toJSON() }
      return keep(await (await accepted('/api/session/passkey', { method: 'POST', body })).json())
    },
    /** @param {{ name: string, password: string, tenant?: string, code?: string }} body @returns {Promise<Session>} */
    signIn: async (body) => keep(await (await accepted('/api/session', { method: 'POST', body })).json()),
    /** @param {{ token: string, tenant?: string, name?: string, password: string, code?: string }} body @returns {Promise<Session>} */
    join: async (body) =>
      keep(await (await accepted('/api/invitations/accept', { method: 'POST', body })).json()),
    async signOut() {
      await call('/api/session', { method: 'DELETE' })
      csrf = null
      person = null
    },
    /** @returns {Promise<Collection[]>} */
    collections: async () => (await json('/api/collections?limit=200')).data,
    /** @param {string} name @returns {Promise<Collection>} */
    createCollection: (name) => json('/api/collections', { method: 'POST', body: { name } }),
    /** @param {string} collection @param {string | null} after @returns {Promise<DocumentPage>} */
    documents: (collection, after) =>
      json(
        `/api/collections/${segment(collection)}/documents${after === null ? '' : `?after=${segment(after)}`}`,
      ),
    /** @param {string} document @param {string | undefined} collection @returns {Promise<{ text: string }>} */
    documentText: (document, collection) =>
      json(
        `/api/documents/${segment(document)}/text${collection === undefined ? '' : `?collection=${segment(collection)}`}`,
      ),
    /** @param {StoredDocument} document */
    removeDocument: ({ id, collectionId }) =>
      call(`/api/documents/${segment(id)}?collection=${segment(collectionId)}`, { method: 'DELETE' }),
    /** @param {string} collection @param {File} file @param {(share: number) => void} onProgress */
    upload: (collection, file, onProgress) =>
      withFreshToken(() =>
        sendFile(`/api/collections/${segment(collection)}/documents`, { file, csrf, onProgress }),
      ),
    /** @param {string} question @param {AbortSignal} signal */
    ask: (question, signal) =>
      call('/v1/chat/completions', {
        method: 'POST',
        body: { model: 'extract-1', stream: true, messages: [{ role: 'user', content: question }] },
        signal,
      }),
  }
}

/** @typedef {ReturnType<typeof createApi>} Api */
