import type { Fault } from '../../kernel/fault.ts'
import type { Admitted, Settled } from './ledger.ts'
import { admittedLine, settledLine } from './write-ahead-line.ts'

interface Open {
  readonly record: Admitted
  /** Its line stands here or behind. */
  readonly from: number
}

/** Lines as they are written. */
export interface Lines {
  readonly text: string
  readonly count: number
}

/** The lines that wait for the end of the turn, and the requests that are open. */
export class Waiting {
  /** Admitted, and not settled in the file yet. */
  readonly #open = new Map<string, Open>()
  #admits = ''
  #admitted: string[] = []
  #done: PromiseWithResolvers<void> | null = null
  /** One at most for each open request. */
  #settles: { readonly request: string; readonly line: string }[] = []

  /** `from`: where it will stand, or before. Resolves when `written` is called, which is the same for the whole turn. */
  admit(record: Admitted, from: number): Promise<void> {
    this.#admits += admittedLine(record)
    this.#admitted.push(record.request)
    this.#open.set(record.request, { record, from })
    this.#done ??= Promise.withResolvers()
    return this.#done.promise
  }

  /** What was not admitted has nothing to settle: so what waits here is bounded by the open requests. */
  settle(record: Settled): void {
    if (!this.#open.has(record.request)) return
    this.#settles.push({ request: record.request, line: settledLine(record) })
  }

  /** Admissions first: a request may be admitted and settled in one turn. */
  lines(): Lines {
    let text = this.#admits
    for (const { line } of this.#settles) text += line
    return { text, count: this.#admitted.length + this.#settles.length }
  }

  written(): void {
    for (const { request } of this.#settles) this.#open.delete(request)
    this.#settles = []
    this.#begin()?.resolve()
  }

  /** The requests of this turn are refused; lines that settle earlier ones stay for the next write. */
  notWritten(refusal: Fault): void {
    for (const request of this.#admitted) this.#open.delete(request)
    this.#settles = this.#settles.filter(({ request }) => this.#open.has(request))
    this.#begin()?.reject(refusal)
  }

  #begin(): PromiseWithResolvers<void> | null {
    const done = this.#done
    this.#done = null
    this.#admits = ''
    this.#admitted = []
    return done
  }

  /** The admissions of open requests that may stand before `offset`. */
  admittedBefore(offset: number): readonly Admitted[] {
    return [...this.#open.values()].filter(({ from }) => from < offset).map(({ record }) => record)
  }

  /** They were written again and stand at `from` or behind now. */
  moved(records: readonly Admitted[], from: number): void {
    for (const record of records) this.#open.set(record.request, { record, from })
  }
}

/** Admissions as they are written again. */
export function admittedLines(records: readonly Admitted[]): Lines {
  return { text: records.map(admittedLine).join(''), count: records.length }
}

/** Endings as they are written together. */
export function settledLines(records: readonly Settled[]): Lines {
  return { text: records.map(settledLine).join(''), count: records.length }
}
