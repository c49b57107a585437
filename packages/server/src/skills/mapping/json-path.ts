import { Fault } from '../../kernel/fault.ts'
import type { Comparison, Operand, Query, Segment, Selector, Test } from './json-path-syntax.ts'
import { isSingular, parsePath, PathRefused } from './json-path-syntax.ts'

/** What looking for one path may cost: places that are visited, however often its segments multiply them. */
const MOST_VISITS = 1_000_000

/** Null where the text is a path that can be taken; otherwise why not. */
export function isPath(text: string): string | null {
  try {
    parsePath(text)
    return null
  } catch (error) {
    if (error instanceof PathRefused) return error.message
    throw error
  }
}

/** Picks from a document. */
export type Pick = (document: unknown) => unknown

/**
 * A path that names one place gives the value there, or undefined; one that may select several (`*`, `..`, a slice, a
 * filter, two selectors) gives the list of them.
 * @throws Fault `invalid` for a text that is no path
 */
export function pickBy(text: string): Pick {
  const query = parsed(text)
  const isOne = isSingular(query)
  return (document) => {
    const found = new Search(document).select(query, document)
    return isOne ? found[0] : found
  }
}

function parsed(text: string): Query {
  try {
    return parsePath(text)
  } catch (error) {
    if (error instanceof PathRefused)
      throw new Fault('invalid', `A JSONPath ${error.message}.`, { cause: error })
    throw error
  }
}

class Search {
  readonly #document: unknown
  #visits = 0

  constructor(document: unknown) {
    this.#document = document
  }

  select({ from, segments }: Query, current: unknown): readonly unknown[] {
    let nodes: readonly unknown[] = [from === '$' ? this.#document : current]
    for (const segment of segments) nodes = this.#along(segment, nodes)
    return nodes
  }

  #along({ isDeep, selectors }: Segment, nodes: readonly unknown[]): readonly unknown[] {
    const found: unknown[] = []
    for (const start of nodes) {
      for (const node of isDeep ? this.#below(start) : [start]) {
        for (const selector of selectors) {
          for (const value of this.#chosen(selector, node)) {
            this.#visit()
            found.push(value)
          }
        }
      }
    }
    return found
  }

  /** The node itself and all below it, each before what it holds. */
  #below(node: unknown): readonly unknown[] {
    const all: unknown[] = []
    const open: unknown[] = [node]
    while (open.length > 0) {
      const one = open.pop()
      this.#visit()
      all.push(one)
      const inner = valuesOf(one)
      for (let at = inner.length - 1; at >= 0; at -= 1) open.push(inner[at])
    }
    return all
  }

  #chosen(selector: Selector, node: unknown): readonly unknown[] {
    switch (selector.kind) {
      case 'name':
        // An own property of parsed JSON.
        return isObject(node) && Object.hasOwn(node, selector.name) ? [node[selector.name]] : []
      case 'index': {
        if (!Array.isArray(node)) return []
        const at = selector.index < 0 ? node.length + selector.index : selector.index
        return at >= 0 && at < node.length ? [node[at]] : []
      }
      case 'all':
        return valuesOf(node)
      case 'slice':
        return Array.isArray(node) ? sliced(node, selector) : []
      default:
        return valuesOf(node).filter((one) => this.#holds(selector.test, one))
    }
  }

  #holds(test: Test, current: unknown): boolean {
    this.#visit()
    switch (test.kind) {
      case 'any':
        return test.tests.some((one) => this.#holds(one, current))
      case 'all':
        return test.tests.every((one) => this.#holds(one, current))
      case 'not':
        return !this.#holds(test.test, current)
      case 'exists':
        return this.select(test.query, current).length > 0
      default:
        return compares(test.by, this.#valueOf(test.left, current), this.#valueOf(test.right, current))
    }
  }

  /** Undefined stands for nothing, which is not null. */
  #valueOf(operand: Operand, current: unknown): unknown {
    return 'literal' in operand ? operand.literal : this.select(operand.query, current)[0]
  }

  #visit(): void {
    this.#visits += 1
    if (this.#visits > MOST_VISITS) {
      throw new Fault('skill_failed', 'The answer is too large for the JSONPath that should pick from it.')
    }
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function valuesOf(node: unknown): readonly unknown[] {
  // A list of parsed JSON has no gaps and is its own list of values.
  if (Array.isArray(node)) return node
  return typeof node === 'object' && node !== null ? Object.values(node) : []
}

/** RFC 9535 section 2.3.4.2.2. */
function sliced(
  list: readonly unknown[],
  { start, end, step }: Extract<Selector, { kind: 'slice' }>,
): readonly unknown[] {
  if (step === 0) return []
  const { length } = list
  const bounded = (index: number, least: number, most: number): number =>
    Math.min(Math.max(index < 0 ? length + index : index, least), most)
  const found: unknown[] = []
  if (step > 0) {
    const [from, to] = [bounded(start ?? 0, 0, length), bounded(end ?? length, 0, length)]
    for (let at = from; at < to; at += step) found.push(list[at])
    return found
  }
  const from = bounded(start ?? length - 1, -1, length - 1)
  const to = end === null ? -1 : bounded(end, -1, length - 1)
  for (let at = from; at > to; at += step) found.push(list[at])
  return found
}

function compares(by: Comparison, left: unknown, right: unknown): boolean {
  switch (by) {
    case '==':
      return isSame(left, right)
    case '!=':
      return !isSame(left, right)
    case '<':
      return isBelow(left, right)
    case '>':
      return isBelow(right, left)
    case '<=':
      return isBelow(left, right) || isSame(left, right)
    default:
      return isBelow(right, left) || isSame(left, right)
  }
}

/** Lists and objects are the same where all in them is; nothing is the same as nothing. */
function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const entries = Object.entries(left)
  // Both are parsed JSON.
  const other = right as Readonly<Record<string, unknown>>
  return (
    entries.length === Object.keys(other).length &&
    entries.every(([name, value]) => Object.hasOwn(other, name) && isSame(value, other[name]))
  )
}

function isBelow(left: unknown, right: unknown): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right
  return typeof left === 'string' && typeof right === 'string' && left < right
}
