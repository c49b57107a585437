import type { CallToolResult } from '@modelcontextprotocol/client'
import { Fault } from '../../kernel/fault.ts'
import type { OperationResult, ResultText } from '../runner.ts'
import { shown } from './hidden-text.ts'

const MOST_PARTS = 256
const MOST_MESSAGE = 2000

/**
 * What a server answered as the result of an operation: its data, and its texts. Images, sounds and files are named and
 * not taken along, links are shown and not followed.
 * @throws Fault `skill_failed` with what the server says where it says that it failed
 */
export function resultOf(result: CallToolResult): OperationResult {
  const texts = result.content.slice(0, MOST_PARTS).map(textOf)
  if (result.content.length > MOST_PARTS)
    texts.push(`${result.content.length - MOST_PARTS} further parts were left out.`)
  if (result.isError === true) {
    const said = shown(texts.join('\n')).slice(0, MOST_MESSAGE).toWellFormed()
    throw new Fault('skill_failed', said === '' ? 'The MCP server says that the call failed.' : said)
  }
  const parts: readonly ResultText[] = texts.map((text) => ({ origin: 'tool', text }))
  const { structuredContent } = result
  if (structuredContent === undefined) return { value: texts.join('\n'), texts: parts }
  return { value: structuredContent }
}

function textOf(part: CallToolResult['content'][number]): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'image':
    case 'audio':
      return `[${part.type} of type ${named(part.mimeType)}, ${bytesOf(part.data)} bytes, not taken along]`
    case 'resource_link':
      return `[link to ${named(part.uri)}, not followed]`
    case 'resource': {
      const { resource } = part
      if ('text' in resource) return `[resource ${named(resource.uri)}]\n${resource.text}`
      return `[resource ${named(resource.uri)} of type ${named(resource.mimeType ?? 'unknown')}, ${bytesOf(resource.blob)} bytes, not taken along]`
    }
    default:
      return '[a part of a kind that is unknown here]'
  }
}

const named = (text: string): string =>
  shown(text)
    .replaceAll(/[\r\n\t[\]]/g, ' ')
    .slice(0, 300)
const bytesOf = (base64: string): number => Buffer.byteLength(base64, 'base64')
