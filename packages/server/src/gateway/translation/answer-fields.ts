import { isObject, numberOf, parseExact } from './exact-json.ts'
import { unreadable } from './model-answer.ts'

/** The members of an object that a target sent. */
export type Fields = Readonly<Record<string, unknown>>

/** A whole answer; its numbers stay as they were written. @throws Fault `upstream_broke` */
export const parsedAnswer = (text: string): Fields => objectFrom(text, parseExact)

/** One event of a stream. Nothing in it but text is passed on, so that its numbers need no care. @throws Fault `upstream_broke` */
export const parsedEvent = (text: string): Fields => objectFrom(text, JSON.parse)

function objectFrom(text: string, parse: (text: string) => unknown): Fields {
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    throw unreadable('it is not valid JSON, or nested too deeply', error)
  }
  if (!isObject(value)) throw unreadable('it is no JSON object')
  return value
}

/** Null where it is missing or null. @throws Fault `upstream_broke`, because what is no text would be lost in silence */
export function textIn(fields: Fields, name: string): string | null {
  const value = fields[name] ?? null
  if (value !== null && typeof value !== 'string') throw unreadable(`its ${name} is no text`)
  return value
}

/** @throws Fault `upstream_broke` where it is missing or empty */
export function neededIn(fields: Fields, name: string, of: string): string {
  const text = textIn(fields, name)
  if (!text) throw unreadable(`${of} has no ${name}`)
  return text
}

/** Empty where it is missing or null. @throws Fault `upstream_broke` */
export function objectIn(fields: Fields, name: string): Fields {
  const value = fields[name] ?? {}
  return isObject(value) ? value : wrong(name, 'object')
}

/** Empty where it is missing or null. @throws Fault `upstream_broke` */
export function listIn(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name] ?? []
  return Array.isArray(value) ? value : wrong(name, 'list')
}

function wrong(name: string, what: string): never {
  throw unreadable(`its ${name} is no ${what}`)
}

/** A number of tokens or a place; null for anything else. */
export function countIn(fields: Fields, name: string): number | null {
  const count = numberOf(fields[name])
  return count !== null && Number.isSafeInteger(count) && count >= 0 ? count : null
}

const LONGEST_NAME = 256

/** An id or the name of a model, which every event of a translated stream repeats; empty for what is none. */
export function nameIn(fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' && value.length <= LONGEST_NAME ? value : ''
}

const LONGEST_MESSAGE = 500

/** Why a target ended its answer, in its own words. */
export function messageOf(error: unknown): string {
  const message = isObject(error) ? error['message'] : error
  return typeof message === 'string' && message !== '' ? message.slice(0, LONGEST_MESSAGE) : 'it broke off'
}
