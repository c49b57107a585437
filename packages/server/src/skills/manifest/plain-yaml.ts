import { createRequire } from 'node:module'
import type * as yamlPackage from 'yaml'
import { Fault } from '../../kernel/fault.ts'

const load = createRequire(import.meta.url)

/**
 * YAML or JSON of somebody else, where places do not matter: anchors are taken, and what they could blow up is bounded.
 * @throws Fault `invalid` without a word of the text
 */
export function parsePlainYaml(text: string, what: string, most: number): unknown {
  if (text.length > most)
    throw new Fault('invalid', `${what} is larger than ${Math.floor(most / 1024)} KiB.`, { param: what })
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text)
    } catch {
      // YAML in braces.
    }
  }
  // What Node loads has the types of its package.
  const { parseDocument } = load('yaml') as typeof yamlPackage
  try {
    const document = parseDocument(text, {
      prettyErrors: false,
      uniqueKeys: false,
      version: '1.2',
      logLevel: 'silent',
    })
    const [error] = document.errors
    if (error === undefined) return document.toJS({ maxAliasCount: 100 })
    const line = text.slice(0, error.pos[0]).split('\n').length
    throw new Fault('invalid', `${what}:${line}  is not valid YAML (${error.code}).`, { param: what })
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('invalid', `${what} is not valid YAML.`, { param: what, cause })
  }
}
