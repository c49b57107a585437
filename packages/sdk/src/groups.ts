import type { Params, Query } from './address.ts'
import type { CallOptions } from './answer.ts'
import type { Asked } from './client.ts'
import { STREAMS } from './answer-stream.ts'
import { placeOf } from './place.ts'
import type { Row } from './row.ts'
import type { Upload } from './upload.ts'

interface Ways {
  ask(id: string, asked: Asked, options?: CallOptions): unknown
  stream(id: string, asked: Asked, options?: CallOptions): unknown
}

interface Group {
  [name: string]: unknown
}

/** The methods of a client by what they are about, made from the table of operations. */
export function groupsOf(table: Readonly<Record<string, Row>>, ways: Ways): object {
  const root: Group = {}
  for (const [id, row] of Object.entries(table)) {
    if (row.apart) continue
    const { groups, method } = placeOf(id)
    let group = root
    for (const name of groups) group = (group[name] ??= {}) as Group
    const named = [...row.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
    // What a signature says: those of the path, then the body, then the query, then the options.
    const asked = (words: unknown[]): Asked => ({
      params: Object.fromEntries(named.map((name) => [name, words.shift()])) as Params,
      ...(row.body && { body: words.shift() }),
      ...(row.query && { query: words.shift() as Query }),
    })
    const last = (words: unknown[]): CallOptions | undefined => words.shift() as CallOptions | undefined
    group[method] = (...words: unknown[]) => ways.ask(id, asked(words), last(words))
    if (id in STREAMS) group['stream'] = (...words: unknown[]) => ways.stream(id, asked(words), last(words))
    const beside = (name: string, more: (words: unknown[]) => Asked): void => {
      group[method + name] = (...words: unknown[]) => {
        const params = Object.fromEntries(named.map((param) => [param, words.shift()])) as Params
        return ways.ask(id, { params, ...more(words) }, last(words))
      }
    }
    if (row.file) beside('File', (words) => ({ upload: words.shift() as Upload }))
    if (row.csv) beside('Csv', (words) => ({ csv: String(words.shift()) }))
    if (row.text) {
      const [accept, name, format] = row.text
      const query = (words: unknown[]): Query => ({ ...(words.shift() as Query), ...(format && { format }) })
      beside(name, (words) => ({ query: query(words), accept }))
    }
  }
  return root
}
