import { Parser } from 'htmlparser2'
import { Fault } from '../kernel/fault.ts'

export type Attributes = Readonly<Record<string, string>>

/** What a reader of XML hears; names come without their prefixes, those of attributes with them. */
export interface XmlReader {
  open?(name: string, attributes: Attributes): void
  text?(text: string): void
  close?(name: string): void
}

/** Far beyond what any program writes. */
const DEEPEST = 256

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder('utf-8').decode(bytes)
}

/**
 * Reads a part of a document. Declarations of types are refused: they could declare entities that unfold without end or
 * name files, and no office program writes one.
 * @throws Fault `unreadable_document`
 */
export function readXml(bytes: Uint8Array, reader: XmlReader): void {
  let depth = 0
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (++depth > DEEPEST)
          throw new Fault('unreadable_document', `The document is nested deeper than ${DEEPEST} elements.`)
        reader.open?.(local(name), attributes)
      },
      ontext: (text) => reader.text?.(text),
      onclosetag(name) {
        depth--
        reader.close?.(local(name))
      },
      onprocessinginstruction(name) {
        if (name.toLowerCase() === '!doctype')
          throw new Fault(
            'unreadable_document',
            'The document declares XML types or entities, which are not read.',
          )
      },
    },
    { xmlMode: true },
  )
  parser.write(decoded(bytes))
  parser.end()
}
