type Fields = Readonly<Record<string, unknown>>

/** Parts that hold text, in the three APIs. Everything else under `content` is taken for something unreadable. */
const TEXT_PARTS = new Set([
  'text',
  'input_text',
  'output_text',
  'refusal',
  'summary_text',
  'reasoning_text',
  'thinking',
  'tool_use',
  'tool_result',
])
/** Fields whose value points to, or is, content that does not stand in the request as text. */
const OPAQUE_FIELDS: Readonly<Record<string, string>> = {
  image_url: 'an image',
  input_audio: 'audio',
  file_id: 'the id of a file',
  file_ids: 'ids of files',
  file_url: 'the address of a file',
  file_data: 'a file',
  vector_store_ids: 'ids of stored files',
  server_url: 'a tool at an address of the client',
  mcp_servers: 'tools at addresses of the client',
  encrypted_content: 'encrypted content',
}
/** Below these stands a description or free JSON, where a field called `content` means nothing. */
const FREE_FORM = new Set(['input_schema', 'parameters', 'schema', 'arguments'])

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What in a model request cannot be read as text; null when all of it can. Walks without recursion: depth is the client's. */
export function opaqueContent(request: unknown): string | null {
  const open: unknown[] = [request]
  while (open.length > 0) {
    const value = open.pop()
    if (Array.isArray(value)) for (const item of value) open.push(item)
    else if (isFields(value)) {
      const found = opaqueField(value)
      if (found !== null) return found
      for (const [name, inner] of Object.entries(value)) if (!FREE_FORM.has(name)) open.push(inner)
    }
  }
  return isFields(request) ? tokenInput(request) : null
}

function opaqueField(fields: Fields): string | null {
  for (const [name, what] of Object.entries(OPAQUE_FIELDS)) {
    const value = fields[name]
    if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)) return what
  }
  const content = fields['content']
  if (!Array.isArray(content)) return null
  return content.some((part) => isFields(part) && !TEXT_PARTS.has(String(part['type'])))
    ? 'content that is not text'
    : null
}

/** Embeddings may be asked for with token ids instead of text. */
function tokenInput({ input, prompt }: Fields): string | null {
  const hasNumbers = (value: unknown): boolean =>
    Array.isArray(value) &&
    value.some(
      (item) =>
        typeof item === 'number' || (Array.isArray(item) && item.some((one) => typeof one === 'number')),
    )
  return hasNumbers(input) || hasNumbers(prompt) ? 'token ids instead of text' : null
}

const TEXT_TYPE =
  /^(?:text\/|application\/(?:json|xml|x-www-form-urlencoded|[\w.+-]+\+(?:json|xml))(?:\s*;|\s*$))/i

/** What in the body of a service request cannot be read as text; null when all of it can. */
export function opaqueBody(body: {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly isUtf8: boolean
  readonly length: number
}): string | null {
  if (body.length === 0) return null
  const encoding = body.contentEncoding?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && encoding !== '') return 'a compressed body'
  if (!TEXT_TYPE.test(body.contentType ?? '')) return 'a body that is not text'
  return body.isUtf8 ? null : 'binary content'
}
