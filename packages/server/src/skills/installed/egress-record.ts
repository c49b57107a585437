import { append } from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { EgressLog, EgressStart } from '../broker/broker-ports.ts'
import { callWord } from './calling.ts'

export interface EgressRooms {
  readonly store: Pick<Store, 'withTenant'>
  readonly report: (error: unknown) => void
  /** A request was not let out. */
  readonly refused: (skill: string) => void
}

/** What waits to be written; with more nothing leaves. */
const MOST_WAITING = 5000
const IN_ONE_PIECE = 200

/**
 * Puts on record what leaves in requests of skills: for a managed host before it leaves, for a private one as soon as
 * the database takes it.
 */
export class EgressRecord implements EgressLog {
  readonly #rooms: EgressRooms
  readonly #waiting: EgressStart[] = []
  #writing: Promise<void> | null = null

  constructor(rooms: EgressRooms) {
    this.#rooms = rooms
  }

  async begin(start: EgressStart): ReturnType<EgressLog['begin']> {
    if (start.zone === 'managed') await this.#write(start.caller.tenant, [start])
    else {
      if (this.#waiting.length >= MOST_WAITING)
        throw new Fault(
          'records_unavailable',
          'What leaves cannot be recorded at the moment, so nothing does.',
        )
      this.#waiting.push(start)
      this.#goOn()
    }
    return { over() {} }
  }

  refused({ skill }: Parameters<EgressLog['refused']>[0]): void {
    this.#rooms.refused(skill)
  }

  /** What was begun is on record when it resolves, as far as the database is there. */
  async flush(): Promise<void> {
    this.#goOn()
    await this.#writing
  }

  #goOn(): void {
    if (this.#writing !== null || this.#waiting.length === 0) return
    this.#writing = this.#drain()
      .catch(this.#rooms.report)
      .finally(() => {
        this.#writing = null
      })
  }

  /** @throws Fault where the database is away: what waits goes on waiting */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const tenant = this.#waiting[0]?.caller.tenant
      if (tenant === undefined) return
      const some = this.#waiting.filter(({ caller }) => caller.tenant === tenant).slice(0, IN_ONE_PIECE)
      await this.#write(tenant, some)
      const written = new Set(some)
      this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter((one) => !written.has(one)))
    }
  }

  #write(tenant: TenantId, starts: readonly EgressStart[]): Promise<void> {
    return this.#rooms.store.withTenant({ tenant }, async (tx) => {
      for (const start of starts) {
        await append(tx, {
          action: 'skill.egress',
          actor: start.caller.principal.id,
          subject: start.skill,
          detail: {
            digest: start.digest,
            host: `${start.host}:${start.port}`,
            method: start.method,
            zone: start.zone,
            bytes: start.bytesOut,
            masked: start.masked,
            call: callWord(start.call),
          },
        })
      }
    })
  }
}
