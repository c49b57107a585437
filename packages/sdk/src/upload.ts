import type { Content, Fetch } from './transport.ts'

/** One file to send. */
export interface Upload {
  readonly file: Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>
  /** Its ending says what it is. A `File` has its own. */
  readonly name?: string | undefined
  /** Further fields of the form, such as `class` or `id`. */
  readonly fields?: Readonly<Record<string, string>> | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export interface Progress {
  readonly sentBytes: number
  /** Null where nobody knows how long the file is. */
  readonly totalBytes: number | null
}

/** How a form goes out. */
export interface Form {
  readonly body: Content
  readonly headers: Readonly<Record<string, string>>
  readonly send?: Fetch
  /** A stream that was read cannot be sent once more. */
  readonly isOnce: boolean
}

/** `isPlain`: fetch is the platform's own, in whose place a browser can tell how much went out. */
export async function formOf(upload: Upload, { isPlain }: { readonly isPlain: boolean }): Promise<Form> {
  const inBrowser = typeof XMLHttpRequest !== 'undefined'
  const { file, onProgress } = upload
  const isStream = file instanceof ReadableStream
  // Browsers send no stream over HTTP/1.1.
  const blob = isStream ? (inBrowser ? await new Response(file).blob() : null) : blobOf(file)
  if (blob !== null && (onProgress === undefined || (inBrowser && isPlain))) {
    const form = new FormData()
    for (const [name, value] of Object.entries(upload.fields ?? {})) form.append(name, value)
    form.append('file', blob, nameOf(upload))
    const watched = onProgress !== undefined && { send: sendWatched(onProgress) }
    return { body: form, headers: {}, isOnce: isStream, ...watched }
  }
  return streamed(upload, blob ?? (file as ReadableStream<Uint8Array<ArrayBuffer>>))
}

const blobOf = (file: Blob | Uint8Array<ArrayBuffer>): Blob =>
  file instanceof Blob ? file : new Blob([file])

function nameOf({ file, name }: Upload): string {
  return name ?? (typeof File !== 'undefined' && file instanceof File ? file.name : 'file')
}

/** As browsers write them (WHATWG HTML, multipart/form-data). */
const quoted = (name: string): string =>
  name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** A form that is made while it is sent, so that a large file is never in memory as a whole. */
function streamed(upload: Upload, file: Blob | ReadableStream<Uint8Array<ArrayBuffer>>): Form {
  const boundary = `freehold-${crypto.randomUUID()}`
  const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
  const part = (name: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"`
  const fields = Object.entries(upload.fields ?? {}).map(
    ([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`,
  )
  const type = file instanceof Blob && file.type !== '' ? file.type : 'application/octet-stream'
  const head = `${part('file')}; filename="${quoted(nameOf(upload))}"\r\ncontent-type: ${type}\r\n\r\n`
  const totalBytes = file instanceof Blob ? file.size : null
  const content = file instanceof Blob ? file.stream() : file

  async function* pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    yield encode(fields.join('') + head)
    let sentBytes = 0
    for await (const piece of content) {
      yield piece
      // Asked for the next, the connection has taken this one.
      sentBytes += piece.byteLength
      upload.onProgress?.({ sentBytes, totalBytes })
    }
    yield encode(`\r\n--${boundary}--\r\n`)
  }
  const parts = pieces()
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await parts.return(undefined)
    },
  })
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, isOnce: true }
}

/** XMLHttpRequest in the shape of fetch: fetch does not tell how much of a body has gone out. */
const sendWatched =
  (onProgress: (progress: Progress) => void): Fetch =>
  (address, { method = 'POST', headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open(method, address)
      request.responseType = 'blob'
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value)
      const stop = (): void => request.abort()
      signal?.addEventListener('abort', stop)
      request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) =>
        onProgress({ sentBytes: loaded, totalBytes: lengthComputable ? total : null }),
      )
      request.addEventListener('loadend', () => signal?.removeEventListener('abort', stop))
      request.addEventListener('load', () => resolve(responseOf(request)))
      request.addEventListener('error', () => reject(new TypeError('the connection broke')))
      request.addEventListener('abort', () => reject(signal?.reason))
      if (signal?.aborted) reject(signal.reason)
      // A form is all that is sent this way, never a stream.
      else request.send(body as FormData)
    })

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers()
  for (const line of request.getAllResponseHeaders().trim().split(/\r?\n/)) {
    const at = line.indexOf(':')
    if (at > 0) headers.append(line.slice(0, at).trim(), line.slice(at + 1).trim())
  }
  const { status, statusText, response } = request
  const hasBody = ![101, 204, 205, 304].includes(status)
  return new Response(hasBody ? (response as Blob) : null, { status, statusText, headers })
}
