import { Refusal, refusalFrom } from './refusal.js'

/** @typedef {import('./api.js').StoredDocument} StoredDocument */
/** @typedef {{ name: string, error: { code: string, message: string } }} FailedDocument */
/** @typedef {{ documents: StoredDocument[], failed: FailedDocument[] }} Added */

/** The largest request that the platform takes for a document. */
const LARGEST_BYTES = 64 * 1024 * 1024
const KINDS = /\.(md|markdown|txt|html?|pdf|docx|xlsx|pptx|csv|json|eml|png|jpe?g|zip)$/i

/**
 * Why a file need not even be sent, as a key of the dictionary; null when it may go.
 * @param {{ name: string, size: number }} file
 */
export function whyNot({ name, size }) {
  if (!KINDS.test(name)) return 'upload.kind'
  if (size === 0) return 'upload.empty'
  return size > LARGEST_BYTES ? 'upload.size' : null
}

/**
 * Sends one file. XMLHttpRequest, because fetch does not tell how much of a body has gone out.
 * @param {string} path
 * @param {{ file: File, csrf: string | null, onProgress: (share: number) => void }} sending share from 0 to 1
 * @returns {Promise<Added>}
 */
export function sendFile(path, { file, csrf, onProgress }) {
  const form = new FormData()
  form.append('file', file, file.name)
  const request = new XMLHttpRequest()
  request.open('POST', path)
  if (csrf !== null) request.setRequestHeader('x-csrf-token', csrf)
  request.upload.addEventListener('progress', ({ loaded, total }) =>
    onProgress(total > 0 ? loaded / total : 0),
  )
  return new Promise((resolve, reject) => {
    request.addEventListener('load', () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText))
      else reject(refusalFrom(request.status, request.responseText))
    })
    request.addEventListener('error', () => reject(new Refusal('unreachable', '', 0)))
    request.send(form)
  })
}
