import type { IncomingHttpHeaders } from 'node:http'
import { Fault } from '../kernel/fault.ts'
import type { TargetDefinition } from '../kernel/target-definition.ts'

/** Names of headers that a target's definition allows, as they are looked up; null where it says nothing. */
export interface HandedHeaders {
  readonly request: readonly string[] | null
  readonly response: ReadonlySet<string> | null
}

/** To be called when a target comes into force, not on the path of a request. */
export const handedHeaders = ({ headers }: TargetDefinition): HandedHeaders => ({
  request: headers?.request ?? null,
  response: headers?.response ? new Set(headers.response) : null,
})

const SENDABLE = /^[\x20-\x7e]{0,1024}$/
const RETURNABLE = /^[\t\x20-\x7e]{0,8192}$/

/** Adds those of the client's headers that a target may see. @throws Fault `invalid` for a value that is none of ours */
export function addHanded(headers: string[], names: readonly string[], sent: IncomingHttpHeaders): void {
  for (const name of names) {
    const value = sent[name]
    if (typeof value !== 'string' || has(headers, name)) continue
    if (!SENDABLE.test(value)) {
      throw new Fault('invalid', `${name}: must be printable ASCII of at most 1024 characters.`, {
        param: name,
      })
    }
    headers.push(name, value)
  }
}

/** What a target says in such a header is left out where a client could not read it safely. */
export const mayReturn = (handed: ReadonlySet<string> | null, name: string, value: string): boolean =>
  handed !== null && handed.has(name) && RETURNABLE.test(value)

function has(headers: readonly string[], name: string): boolean {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return true
  return false
}
