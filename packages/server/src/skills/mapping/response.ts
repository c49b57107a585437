import type { ResponseMapping } from '@freehold/contract/skill-operation.ts'
import { Fault } from '../../kernel/fault.ts'
import type { BrokerResponse } from '../runner.ts'
import { isDeeper } from './depth.ts'
import { pickBy } from './json-path.ts'
import { reasonIn } from './reason.ts'

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i
const TEXT_TYPE = /^(?:text\/|application\/(?:xml|x-www-form-urlencoded|[\w.+-]+\+xml)\b)/i
const DEEPEST = 200
/** What a service says when it is not its caller's fault and may be well again soon. */
const PASSING = new Set([429, 502, 503, 504])

/** Makes the value of a result from an answer. */
export type ReadAnswer = (response: BrokerResponse) => unknown

/** @throws Fault `invalid` where the mapping holds no path */
export function answerReader(mapping: ResponseMapping | undefined): ReadAnswer {
  const pick = pickerOf(mapping)
  return (response) => {
    const { status } = response
    if (PASSING.has(status))
      throw new Fault('upstream_down', `The service is not ready and answered ${status}.`)
    if (status < 200 || status >= 300) {
      const said = reasonIn(response)
      throw new Fault('skill_failed', `The service answered ${status}${said === '' ? '.' : `: ${said}`}`)
    }
    // Nothing is nothing in the result as well: JSON has no other word.
    return pick(valueOf(response, mapping !== undefined)) ?? null
  }
}

function pickerOf(mapping: ResponseMapping | undefined): (document: unknown) => unknown {
  if (mapping === undefined) return (document) => document
  if (typeof mapping === 'string') return pickBy(mapping)
  const picks = Object.entries(mapping).map(([name, path]) => [name, pickBy(path)] as const)
  return (document) => {
    const found = picks.map(([name, pick]) => [name, pick(document)] as const)
    return Object.fromEntries(found.filter(([, value]) => value !== undefined))
  }
}

/**
 * What an answer says. Where its type leaves that open, and where something is to be picked from it, JSON is JSON.
 * @throws Fault `skill_failed` for what is neither JSON nor text
 */
function valueOf({ headers, body }: BrokerResponse, isPicked: boolean): unknown {
  if (body.length === 0) return null
  const type = headers['content-type'] ?? ''
  if (JSON_TYPE.test(type)) return parsed(body)
  if (type !== '' && !TEXT_TYPE.test(type)) {
    throw new Fault('skill_failed', 'The service answered with something that is neither JSON nor text.')
  }
  return (type === '' || isPicked) && isJsonText(body) ? parsed(body) : textOf(body)
}

function isJsonText(body: Buffer): boolean {
  try {
    JSON.parse(body.toString())
    return true
  } catch {
    return false
  }
}

function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new Fault('skill_failed', 'The service answered with text that is not UTF-8.', { cause })
  }
}

function parsed(body: Buffer): unknown {
  let value: unknown
  try {
    value = JSON.parse(textOf(body))
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('skill_failed', 'The service said that it answers with JSON and did not.', { cause })
  }
  if (isDeeper(value, DEEPEST)) throw new Fault('skill_failed', 'The answer is nested too deep.')
  return value
}
