import { setImmediate } from 'node:timers/promises'
import type { Answer, Ask, Bank, CounterName, News } from './bank.ts'
import { LostVisit } from './bank.ts'
import type { StoredLease } from './standing.ts'
import { outcomeOf } from './standing.ts'

interface Counter {
  spent: number
  leased: number
  grants: number
  recalls: number
  recalledMs: number
  readonly leases: Map<string, Lease>
}

interface Lease {
  amount: number
  version: number
  answered: number
  isLive: boolean
}

const TIGHT_MS = 2000

/** Counters in memory, for processes in one: the same rule as in the database, for tests. */
export class MemoryCounters {
  readonly #counters = new Map<string, Counter>()
  readonly #processes = new Set<string>()
  visits = 0
  failure: Error | null = null
  /** What is lost at the next visit: all of it, or only its answer. */
  loseNext: 'visit' | 'answer' | null = null

  of({ budget, period, unit }: CounterName): Counter {
    const key = `${unit} ${period} ${budget}`
    const known = this.#counters.get(key)
    if (known) return known
    const counter = {
      spent: 0,
      leased: 0,
      grants: 0,
      recalls: 0,
      recalledMs: Number.NEGATIVE_INFINITY,
      leases: new Map<string, Lease>(),
    }
    this.#counters.set(key, counter)
    return counter
  }

  leaseOf(process: string, name: CounterName): number {
    return this.of(name).leases.get(process)?.amount ?? 0
  }

  /** A process that is not heard of any more holds so much. */
  lose(process: string, name: CounterName, amount: number): void {
    const counter = this.of(name)
    counter.leased += amount
    counter.leases.set(process, { amount, version: 1, answered: 0, isLive: false })
  }

  bankOf(process: string): Bank {
    this.#processes.add(process)
    const isShared = (): boolean => this.#processes.size > 1
    return {
      get isAlone() {
        return !isShared()
      },
      visit: (_, asks) => this.#visit(process, asks),
      news: async () => this.#news(process),
    }
  }

  async #visit(process: string, asks: readonly Ask[]): Promise<readonly Answer[]> {
    await setImmediate()
    this.visits += 1
    if (this.failure !== null) throw this.failure
    const outcomes = asks.map((ask) => {
      const counter = this.of(ask)
      const leases: StoredLease[] = []
      for (const [name, lease] of counter.leases) leases.push({ ...lease, isMine: name === process })
      const isTight = performance.now() - counter.recalledMs < TIGHT_MS
      return { counter, outcome: outcomeOf(ask, { ...counter, isTight }, leases) }
    })
    const lost = this.loseNext
    this.loseNext = null
    const answers = outcomes.map(({ outcome }) => outcome.answer)
    if (lost === 'visit') throw new LostVisit(answers, new Error('cut off'))
    for (const { counter, outcome } of outcomes) {
      const { answer, isWritten, isRecalled, answered } = outcome
      if (!isWritten) continue
      counter.leased += answer.change
      counter.grants = answer.grants
      counter.recalls = answer.recalls
      if (isRecalled) counter.recalledMs = performance.now()
      counter.leases.set(process, { amount: answer.mine, version: answer.version, answered, isLive: true })
    }
    if (lost === 'answer') throw new LostVisit(answers, new Error('cut off'))
    return answers
  }

  #news(process: string): News {
    const recalled = [...this.#counters].flatMap(([key, { recalls, leases }]): CounterName[] => {
      const mine = leases.get(process)
      if (mine === undefined || mine.amount === 0 || recalls <= mine.answered) return []
      const [, unit, period = '', budget = ''] = /^(\w+) (\S+) (.*)$/.exec(key) ?? []
      return [{ budget, period, unit: unit === 'tokens' ? 'tokens' : 'micros' }]
    })
    return { others: this.#processes.size - 1, recalled }
  }
}
