import type { SpendingName } from '@freehold/contract/limits.ts'
import { Fault } from '../../kernel/fault.ts'
import type { TenantId } from '../../store/store.ts'
import type { Answer, Ask, CounterName, LostChange } from './bank.ts'
import { boundsOf, limitNamed } from './period.ts'

/** So long a reservation waits for what other processes hold idle. */
const RECALL_MS = 1000
/** So long for a database that does not answer. */
const PATIENCE_MS = 3000
/** After the others were asked, nobody holds anything idle for so long. */
const TIGHT_MS = 2000
/** Whoever asks again within this time had too little: what a process holds idle lasts about so long, and no longer. */
const SOON_MS = 250
/**
 * Where nobody else is there, a reservation is refused after so many visits that let nobody in. Whoever was let in
 * before may be refused elsewhere and give it back: by its own budgets at once, by its target's one visit later.
 */
const QUIET = 2
/** What was not needed for so long is given back. */
const RESTING_MS = 2000

/** Somebody who waits for a reservation. One of the last two is called in the end, once. */
export interface Wanting {
  /** So long it has waited already, for this purse or for another. */
  readonly waitedMs: number
  /** There was no room when the database was asked, and there may be some soon. */
  readonly short: () => void
  readonly taken: () => void
  /** With `over_limit` or `unavailable`. */
  readonly refused: (fault: Fault) => void
}

interface Waiter extends Pick<Wanting, 'short' | 'taken' | 'refused'> {
  readonly amount: number
  readonly sinceMs: number
  readonly timer: NodeJS.Timeout
  /** How many visits had let somebody in when there was no room for it the last time; null before that. */
  grants: number | null
  /** So many visits since have let nobody in. */
  quiet: number
  isGone: boolean
}

/** The others were asked for what they hold idle, and what there was to know then. */
interface Round {
  readonly recall: number
  readonly grants: number
  /** In the first one processes may still have spent what they held idle before they answered. */
  readonly isFirst: boolean
  readonly members: ReadonlySet<Waiter>
}

export interface PurseSurroundings {
  /** Milliseconds that only grow. */
  readonly steadyMs: () => number
  readonly nowMs: () => number
  /** It has something to ask. */
  readonly due: (purse: Purse, inMs: number) => void
}

/**
 * What this process may spend of one counter without asking. Its lease in the database is what is `free` here, what is
 * reserved, and what is spent and not on record yet; so bringing records to the database changes nothing here.
 */
export class Purse implements CounterName {
  readonly tenant: TenantId
  readonly budget: string
  readonly period: string
  readonly unit: CounterName['unit']
  readonly endMs: number
  readonly #around: PurseSurroundings
  /** In whole units, and as it was written. */
  #limit = 0
  #shown = 0
  #free = 0
  #reserved = 0
  /** Spent here, and not known to be on record. */
  #unrecorded = 0
  /** Spent at least, by all processes. */
  #spent = 0
  /** Spent and leased, by all processes, when it was last told. */
  #total = 0
  #waiting: Waiter[] = []
  #sent: readonly Waiter[] | null = null
  #unsure: Ask['unsure'] = null
  #tightUntilMs = 0
  #round: Round | null = null
  #wasRound = 0
  #mustRecall = false
  #appetite = 0
  #askedMs = Number.NEGATIVE_INFINITY
  #usedMs = 0

  constructor(tenant: TenantId, { budget, period, unit }: CounterName, around: PurseSurroundings) {
    this.tenant = tenant
    this.budget = budget
    this.period = period
    this.unit = unit
    this.endMs = boundsOf(period).toMs
    this.#around = around
  }

  get free(): number {
    return this.#free
  }

  get reserved(): number {
    return this.#reserved
  }

  get spent(): number {
    return this.#spent
  }

  get limit(): number {
    return this.#limit
  }

  /** Nothing here says anything that the database does not know. */
  get isIdle(): boolean {
    return this.#reserved === 0 && this.#waiting.length === 0 && this.#sent === null
  }

  /** Others may be waiting for what this one holds. */
  mayBeRecalled(steadyMs: number): boolean {
    return this.#free !== 0 || !this.isIdle || steadyMs - this.#usedMs < 5000
  }

  isTight(steadyMs: number): boolean {
    return steadyMs < this.#tightUntilMs
  }

  /** Nothing was left when it was last told. */
  get isFull(): boolean {
    return this.#total - this.#free >= this.#limit
  }

  /** What is held by virtue of another limit is given back first. */
  bound(limit: number, shown: number): void {
    if (this.#limit === limit) return
    const isChange = this.#limit !== 0
    this.#limit = limit
    this.#shown = shown
    if (isChange) this.tighten()
  }

  /** From here on nothing is held idle, for a while. */
  tighten(): void {
    this.#tightUntilMs = this.#around.steadyMs() + TIGHT_MS
    this.#around.due(this, 0)
  }

  /** Given back when nobody has needed it for a while. */
  rest(steadyMs: number): void {
    if (this.#free > 0 && steadyMs - this.#usedMs > RESTING_MS && this.isIdle) this.tighten()
  }

  /** What of a cost that comes on record was spent from here: not all of it where the limit is younger than a request. */
  heldFor(cost: number): number {
    return Math.min(cost, this.#unrecorded)
  }

  /** That came on record. `spent`: what the counter stands at. */
  recorded({ held, spent }: { readonly held: number; readonly spent: number }): void {
    this.#unrecorded -= held
    this.#learnSpent(spent)
  }

  /** Whether so much can be had at once. @throws Fault `over_limit` where all is spent */
  has(amount: number): boolean {
    if (this.#spent >= this.#limit) throw this.refusal(null)
    return (
      this.#free >= amount &&
      // Behind a reservation that went beyond the limit, there may be more free than there is left.
      this.#total - this.#free < this.#limit &&
      this.#sent === null &&
      this.#waiting.length === 0 &&
      this.#unsure === null &&
      (this.#tightUntilMs === 0 || !this.isTight(this.#around.steadyMs()))
    )
  }

  take(amount: number): void {
    this.#free -= amount
    this.#reserved += amount
  }

  /** Asks the database, and takes it where it may. */
  want(amount: number, { waitedMs, ...wanting }: Wanting): void {
    const waiter: Waiter = {
      ...wanting,
      amount,
      sinceMs: this.#around.steadyMs() - waitedMs,
      timer: setTimeout(() => this.#giveUp(waiter), Math.max(1, PATIENCE_MS - waitedMs)),
      grants: null,
      quiet: 0,
      isGone: false,
    }
    this.#waiting.push(waiter)
    if (this.#sent === null) this.#around.due(this, 0)
  }

  /** What was reserved was spent, or not, or more than it. */
  settle(reserved: number, spent: number): void {
    this.#reserved -= reserved
    this.#free += reserved - spent
    this.#unrecorded += spent
    this.#usedMs = this.#around.steadyMs()
    const isShort = this.#free < 0
    const isWanted =
      this.#free > 0 && (this.#waiting.length > 0 || this.#total > this.#limit || this.isTight(this.#usedMs))
    if ((isShort || isWanted) && this.#sent === null) this.#around.due(this, 0)
  }

  /** What to ask of the database now. */
  ask(): Ask {
    const nowMs = this.#around.steadyMs()
    this.#waiting = this.#waiting.filter(({ isGone }) => !isGone)
    this.#sent = [...this.#waiting]
    const wants = this.#sent.map(({ amount }) => amount)
    const sum = wants.reduce((total, amount) => total + amount, 0)
    if (sum > 0) {
      const isSoon = nowMs - this.#askedMs < SOON_MS
      this.#appetite = Math.max(isSoon ? this.#appetite * 2 : 0, sum)
      this.#askedMs = nowMs
      this.#usedMs = nowMs
    }
    const { budget, period, unit } = this
    return {
      budget,
      period,
      unit,
      limit: this.#limit,
      free: this.#free,
      wants,
      appetite: this.#appetite,
      keepsNothing: this.isTight(nowMs),
      recalls: this.#round === null || this.#mustRecall,
      unsure: this.#unsure,
    }
  }

  answered(answer: Answer): void {
    const sent = this.#sent ?? []
    this.#sent = null
    this.#unsure = null
    this.#free += answer.correction + answer.change
    this.#total = answer.total
    for (const waiter of sent.slice(0, answer.admitted)) this.#admit(waiter)
    const rest = sent.slice(answer.admitted).filter(({ isGone }) => !isGone)
    this.#waiting = this.#waiting.filter((waiter) => !sent.includes(waiter) || rest.includes(waiter))
    if (answer.isTight) this.#tightUntilMs = this.#around.steadyMs() + TIGHT_MS
    // What is spent here and not on record yet is spent for good.
    const unrecorded = Math.max(0, answer.mine - this.#free - this.#reserved)
    this.#learnSpent(answer.spent + unrecorded)
    if (rest.length > 0) this.#decide(rest, answer)
    else if (this.#waiting.length === 0) this.#round = null
    if (this.#waiting.length > 0) {
      const isNew = this.#waiting.length > rest.length
      this.#around.due(this, isNew || this.#mustRecall ? 0 : this.#round === null ? 5 : 20)
    } else if (this.#free < 0 || (this.#free > 0 && this.isTight(this.#around.steadyMs()))) {
      this.#around.due(this, 0)
    }
  }

  /** `lost`: the change that may have been kept all the same. */
  failed(cause: unknown, lost: LostChange | null): void {
    const sent = this.#sent ?? []
    this.#sent = null
    if (lost !== null) {
      this.#free += lost.correction
      this.#unsure = lost
    }
    this.#waiting = this.#waiting.filter((waiter) => !sent.includes(waiter))
    for (const waiter of sent) this.#refuse(waiter, this.#unavailable(cause))
    if (this.#waiting.length > 0) this.#around.due(this, 0)
    else if (this.#free < 0 || this.#unsure !== null) this.#around.due(this, 1000)
  }

  /** `waitMs` is null where only the next period helps. */
  refusal(waitMs: number | null): Fault {
    const leftMs = waitMs ?? this.endMs - this.#around.nowMs()
    const when =
      waitMs === null
        ? `There is room again at ${new Date(this.endMs).toISOString()}.`
        : 'There may be room when a request under way has ended.'
    return new Fault(
      'over_limit',
      `The limit ${this.limitName}=${this.#shown} of ${whose(this.budget)} is reached. ${when}`,
      { retryAfterS: Math.max(1, Math.ceil(leftMs / 1000)) },
    )
  }

  get limitName(): SpendingName {
    return limitNamed(this.unit, this.period)
  }

  #learnSpent(spent: number): void {
    this.#spent = Math.max(this.#spent, spent)
  }

  /** What becomes of those that were not let in. */
  #decide(rest: readonly Waiter[], answer: Answer): void {
    if (this.#spent >= this.#limit) return this.#refuseAll(rest, null)
    const { live, lost, answered } = answer.others
    const nowMs = this.#around.steadyMs()
    const isLate = ({ sinceMs }: Waiter): boolean => nowMs - sinceMs >= RECALL_MS
    for (const waiter of rest) this.#look(waiter, answer)
    if (live === 0) {
      this.#round = null
      const settled = rest.filter((waiter) => waiter.quiet >= QUIET || isLate(waiter))
      return this.#refuseAll(settled, this.#spent + lost >= this.#limit ? null : 1000)
    }
    const round = this.#round
    const isAsked = round === null || this.#mustRecall
    this.#mustRecall = false
    if (isAsked) {
      const isFirst = round === null && nowMs - this.#wasRound > TIGHT_MS / 2
      this.#round = { recall: answer.recalls, grants: answer.grants, isFirst, members: new Set(rest) }
    } else if (answered >= round.recall) {
      // From here on everybody asks before spending, so a second round in which nothing was let in proves the refusal.
      const isProof = !round.isFirst && answer.grants === round.grants
      this.#wasRound = nowMs
      if (isProof)
        this.#refuseAll(
          rest.filter((waiter) => round.members.has(waiter)),
          1000,
        )
      this.#mustRecall = true
    }
    this.#refuseAll(
      rest.filter((waiter) => !waiter.isGone && isLate(waiter)),
      1000,
    )
    if (this.#waiting.length === 0) {
      this.#round = null
      this.#mustRecall = false
    }
  }

  #look(waiter: Waiter, { grants }: Answer): void {
    const isFirst = waiter.grants === null
    waiter.quiet = waiter.grants === grants ? waiter.quiet + 1 : 0
    waiter.grants = grants
    if (isFirst) waiter.short()
  }

  #admit(waiter: Waiter): void {
    // Whoever has left leaves what it was given.
    if (waiter.isGone) return
    waiter.isGone = true
    clearTimeout(waiter.timer)
    this.take(waiter.amount)
    waiter.taken()
  }

  #refuseAll(waiters: readonly Waiter[], waitMs: number | null): void {
    for (const waiter of waiters) this.#refuse(waiter, this.refusal(waitMs))
    this.#waiting = this.#waiting.filter(({ isGone }) => !isGone)
  }

  #refuse(waiter: Waiter, fault: Fault): void {
    if (waiter.isGone) return
    waiter.isGone = true
    clearTimeout(waiter.timer)
    waiter.refused(fault)
  }

  #giveUp(waiter: Waiter): void {
    const isKnown = waiter.grants !== null && this.#sent === null
    this.#refuse(waiter, isKnown ? this.refusal(1000) : this.#unavailable(undefined))
  }

  #unavailable(cause: unknown): Fault {
    return new Fault(
      'unavailable',
      `Whether the limit ${this.limitName}=${this.#shown} of ${whose(this.budget)} is reached cannot be told: the database does not answer. Try again shortly.`,
      cause === undefined ? {} : { cause },
    )
  }
}

/** Whose a budget is, in words. */
export function whose(budget: string): string {
  const [, kind = '', name = ''] = /^(\w+):(.*)$/s.exec(budget) ?? []
  const named = { key: 'the key', group: 'the group', target: 'the target' }[kind]
  if (named !== undefined) return `${named} ${name}`
  return kind === 'user' ? 'this person' : 'this tenant'
}
