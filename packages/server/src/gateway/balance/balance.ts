import type { Asked, OutsideAttempt } from '../asked.ts'
import type { Circuits } from '../../kernel/circuits.ts'
import type { Route } from '../decide.ts'
import type { Attempt, Group } from '../routing/routing.ts'
import { numberOf } from './conversation-start.ts'
import type { Load } from './load.ts'
import type { TargetState } from './target-state.ts'

/** What a choice is made from. */
export type Balanced = Pick<Asked, 'streams' | 'start'>

export interface BalanceOptions {
  readonly circuits: Pick<Circuits, 'stateOf'>
  /** From 0 to below 1. */
  readonly random: () => number
}

/** How many more calls than an even part a member may have under way before conversations leave it. */
const MOST_OVER = 8
const FACTOR_OVER = 1.25

interface Member {
  readonly attempt: OutsideAttempt
  readonly state: TargetState
  readonly load: Load
}

interface Sorted {
  /** This request finds out whether it is back; if not, the next member answers. */
  readonly returning: Member[]
  readonly ready: Member[]
  readonly ejected: Member[]
  readonly away: Member[]
}

/**
 * Puts the members of each group in the order in which a request tries them; everything else stays where its rule put
 * it. Two at random are compared and the less busy one is taken (P2C): asking all of them would send every request of
 * a moment to the same one.
 */
export class Balance {
  readonly #options: BalanceOptions

  constructor(options: BalanceOptions) {
    this.#options = options
  }

  inOrder({ attempts, open }: Pick<Route, 'attempts' | 'open'>, asked: Balanced): readonly Attempt[] {
    if (attempts.length < 2 || !attempts.some((attempt) => groupOf(attempt) !== null)) return attempts
    const ordered: Attempt[] = []
    let members: Member[] = []
    let current: Group | null = null
    const close = (): void => {
      if (current !== null)
        for (const { attempt } of this.#spread(members, current, asked)) ordered.push(attempt)
      members = []
    }
    for (const attempt of attempts) {
      const group = groupOf(attempt)
      if (group !== current) close()
      current = group
      if (group === null || attempt.target === 'local') ordered.push(attempt)
      else {
        const { state } = open(attempt.target)
        members.push({ attempt, state, load: state.of(attempt.model) })
      }
    }
    close()
    return ordered
  }

  /** `away`: a call would not be made now. `returning`: the next one finds out whether it is back. */
  stateOf({ target, model }: OutsideAttempt, { health }: TargetState): ReturnType<Circuits['stateOf']> {
    if (health === 'unhealthy') return 'away'
    return this.#options.circuits.stateOf(target.name, model, health !== 'unprobed')
  }

  #spread(members: readonly Member[], { affinity }: Group, asked: Balanced): readonly Member[] {
    if (members.length === 1) return members
    const { returning, ready, ejected, away } = this.#sorted(members)
    const start = affinity === 'prefix' && ready.length > 1 ? asked.start() : null
    const chosen = start === null ? this.#byLoad(ready, asked.streams) : byStart(ready, start)
    return [...returning, ...chosen, ...ejected, ...away]
  }

  #sorted(members: readonly Member[]): Sorted {
    const sorted: Sorted = { returning: [], ready: [], ejected: [], away: [] }
    const outliers: Member[] = []
    for (const member of members) {
      member.load.belong()
      const state = this.stateOf(member.attempt, member.state)
      if (state === 'away') sorted.away.push(member)
      else if (state === 'returning') sorted.returning.push(member)
      else if (member.load.ejectedForMs() > 0) outliers.push(member)
      else sorted.ready.push(member)
    }
    // Where many fail the fault is elsewhere: half of a group stays, or a few would have to carry all.
    const most = Math.max(0, Math.floor(members.length / 2) - sorted.away.length)
    outliers.sort((a, b) => b.load.failing - a.load.failing)
    sorted.ejected.push(...outliers.slice(0, most))
    sorted.ready.push(...outliers.slice(most))
    return sorted
  }

  #byLoad(ready: readonly Member[], streams: boolean): readonly Member[] {
    if (ready.length < 2) return ready
    const known = ready.map(({ load }) => load.firstByteMs(streams)).filter((ms) => ms > 0)
    // Of one that never answered nothing is known: it counts as the best, and its share as a newcomer bounds it.
    const unknownMs = known.length === 0 ? 1 : Math.min(...known)
    const costOf = ({ load }: Member): number =>
      (load.firstByteMs(streams) || unknownMs) * (load.inFlight + 1)
    const first = this.#draw(ready)
    const second = this.#draw(ready.filter((member) => member !== first))
    const chosen = costOf(first) <= costOf(second) ? first : second
    const others = ready.filter((member) => member !== chosen)
    return [chosen, ...others.toSorted((a, b) => costOf(a) - costOf(b))]
  }

  /** One at random, each by its share. */
  #draw(members: readonly Member[]): Member {
    const shares = members.map(({ load }) => load.share())
    let left = this.#options.random() * shares.reduce((sum, share) => sum + share, 0)
    const at = shares.findIndex((share) => (left -= share) < 0)
    const drawn = members.at(at)
    if (drawn === undefined) throw new Error('nothing to draw from')
    return drawn
  }
}

const groupOf = (attempt: Attempt): Group | null =>
  attempt.target === 'local' ? null : (attempt.group ?? null)

/**
 * Rendezvous hashing, weighted by the share: every process puts the same beginning first at the same member, and one
 * that leaves or comes back moves no conversation but its own. One with too much under way is passed over.
 */
function byStart(ready: readonly Member[], start: number): readonly Member[] {
  const total = ready.reduce((sum, { load }) => sum + load.inFlight, 0)
  const most = (FACTOR_OVER * total) / ready.length + MOST_OVER
  const ranked = ready
    .map((member) => ({
      member,
      rank: member.load.share() / -Math.log(unit(start, member.attempt.target.name)),
    }))
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ member }) => member)
  const isFull = ({ load }: Member): boolean => load.inFlight + 1 > most
  return [...ranked.filter((member) => !isFull(member)), ...ranked.filter(isFull)]
}

/** Above 0 and below 1, the same for the same beginning and name. */
function unit(start: number, name: string): number {
  return (numberOf(`${start} ${name}`) + 0.5) / 2 ** 32
}
