import { parseJson } from '../kernel/input.ts'
import { hasRepeatedMembers } from './repeated-members.ts'

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
/** What a conversation may hold besides messages, in the Responses API, that is text; any other kind may hold anything. */
const TEXT_ITEMS = new Set([
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'web_search_call',
  'file_search_call',
  'mcp_list_tools',
  'mcp_call',
  'mcp_approval_request',
  'mcp_approval_response',
  'local_shell_call',
  'local_shell_call_output',
  'shell_call',
  'shell_call_output',
  'apply_patch_call',
  'apply_patch_call_output',
])
/** Fields whose value points to, or is, content that does not stand in the request as text. */
const OPAQUE_FIELDS = Object.entries({
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
})
/** Below these stands a description or free JSON, where a field called `content` means nothing. */
const FREE_FORM = new Set(['input_schema', 'parameters', 'schema', 'arguments'])

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What in the JSON text of a model request cannot be read; null when all of it can. `request`: what it is parsed to. */
export function opaqueJson(json: Buffer, request: unknown = parseJson(json)): string | null {
  if (hasRepeatedMembers(json, request)) return 'a member that is named twice'
  return opaqueContent(request)
}

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
  return isFields(request) ? (tokenInput(request) ?? opaqueOutside(request)) : null
}

function opaqueField(fields: Fields): string | null {
  for (const [name, what] of OPAQUE_FIELDS) {
    const value = fields[name]
    if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)) return what
  }
  // Of an answer that was spoken.
  if (isFields(fields['audio']) && fields['audio']['id'] !== undefined) return 'the id of audio'
  return isText(fields['content']) ? null : 'content that is not text'
}

/** One part counts as a list of one. */
const isText = (content: unknown): boolean =>
  typeof content === 'string' ||
  [content].flat().every((part) => !isFields(part) || TEXT_PARTS.has(String(part['type'])))

/** What has a meaning in the outermost object alone. */
function opaqueOutside({ system, input, prompt, container, tools }: Fields): string | null {
  if (!isText(system)) return 'content that is not text'
  if ([input].flat().some((item) => isFields(item) && !isTextItem(item))) return 'an item that is not text'
  if (isFields(prompt) && prompt['id'] !== undefined) return 'the id of a stored prompt'
  const containers = [container, ...[tools].flat().map((tool) => isFields(tool) && tool['container'])]
  return containers.some(namesContainer) ? 'the id of a container' : null
}

/** A message may leave its type out. */
const isTextItem = ({ type, role }: Fields): boolean =>
  typeof type === 'string' ? TEXT_ITEMS.has(type) || TEXT_PARTS.has(type) : role !== undefined

const namesContainer = (container: unknown): boolean =>
  typeof container === 'string' || (isFields(container) && container['id'] !== undefined)

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

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i
const READ_CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii'])

/** What in the body of a service request cannot be read as text; null when all of it can. */
export function opaqueBody(body: {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  /** Its bytes are UTF-8, and none of them is the NUL that fills other encodings of plain letters. */
  readonly isUtf8: boolean
  readonly length: number
}): string | null {
  if (body.length === 0) return null
  const encoding = body.contentEncoding?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && encoding !== '') return 'a compressed body'
  const type = body.contentType ?? ''
  if (!TEXT_TYPE.test(type)) return 'a body that is not text'
  if (!READ_CHARSETS.has(CHARSET.exec(type)?.[1]?.toLowerCase() ?? 'utf-8'))
    return 'text in a charset that is not UTF-8'
  return body.isUtf8 ? null : 'binary content'
}
