import { FreeholdError } from './error.ts'

export type Params = Readonly<Record<string, string | number>>
export type Query = Readonly<Record<string, unknown>>

/** The path of an operation with its parameters in it. */
export function fillPath(template: string, params: Params = {}): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(params[name] ?? '')
    // A service has paths of its own, whose slashes are its.
    const segments = name === 'path' ? value.split('/') : [value]
    return segments.map((segment) => escaped(segment, name)).join('/')
  })
}

/** Dots and nothing would lead to another operation than was asked for. */
function escaped(segment: string, name: string): string {
  if (segment === '.' || segment === '..' || (segment === '' && name !== 'path'))
    throw new FreeholdError('invalid', `${name}: "${segment}" cannot stand in a path.`, { param: name })
  return encodeURIComponent(segment)
}

export function withQuery(path: string, query: Query = {}): string {
  const words = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue
    for (const one of Array.isArray(value) ? value : [value]) words.append(name, String(one))
  }
  return words.size === 0 ? path : `${path}?${words.toString()}`
}
