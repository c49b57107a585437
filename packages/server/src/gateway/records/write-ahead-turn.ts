import type { Fault } from '../../kernel/fault.ts'
import { TurnoverMap } from '../../kernel/turnover-map.ts'
import type { Admitted, Settled } from './ledger.ts'
import type { Lines } from './write-ahead-batch.ts'
import { admittedJson, settledJson } from './write-ahead-line.ts'

interface Open {
  readonly record: Admitted
  /** Its line stands here or behind. */
  readonly from: number
}

/** The lines that wait for the end of the turn, and the requests that are open. */
export class Waiting {
  /** Admitted, and not settled in the file yet. */
  readonly #open = new TurnoverMap<string, Open>()
  #admits: string[] = []
  #admitted: string[] = []
  #done: PromiseWithResolvers<void> | null = null
  /** One at most for each open request. */
  #settles: string[] = []
  /** The requests of `#settles`. */
  #settled: string[] = []

  /** `from`: where it will stand, or before. Resolves when `written` is called, which is the same for the whole turn. */
  admit(record: Admitted, from: number): Promise<void> {
    this.#admits.push(admittedJson(record))
    this.#admitted.push(record.request)
    this.#open.set(record.request, { record, from })
    this.#done ??= Promise.withResolvers()
    return this.#done.promise
  }

  /** What was not admitted has nothing to settle: so what waits here is bounded by the open requests. */
  settle(record: Settled): void {
    if (!this.#open.has(record.request)) return
    this.#settles.push(settledJson(record))
    this.#settled.push(record.request)
  }

  /** Admissions first: a request may be admitted and settled in one turn. */
  lines(): Lines {
    return { admitted: this.#admits, settled: this.#settles }
  }

  written(): void {
    for (const request of this.#settled) this.#open.delete(request)
    this.#settles = []
    this.#settled = []
    this.#begin()?.resolve()
  }

  /** The requests of this turn are refused; lines that settle earlier ones stay for the next write. */
  notWritten(refusal: Fault): void {
    for (const request of this.#admitted) this.#open.delete(request)
    const stays = this.#settled.map((request) => this.#open.has(request))
    this.#settles = this.#settles.filter((_, i) => stays[i])
    this.#settled = this.#settled.filter((_, i) => stays[i])
    this.#begin()?.reject(refusal)
  }

  #begin(): PromiseWithResolvers<void> | null {
    const done = this.#done
    this.#done = null
    this.#admits = []
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
  return { admitted: records.map(admittedJson), settled: [] }
}

/** Endings as they are written together. */
export function settledLines(records: readonly Settled[]): Lines {
  return { admitted: [], settled: records.map(settledJson) }
}
