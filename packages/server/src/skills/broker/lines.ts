import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import type { NetworkPermission } from '@freehold/contract/skill-permissions.ts'
import type { ClientCertificate } from './proof.ts'

const CONNECT_MS = 10_000
const CONNECTIONS = 16
/** Behind `*.` there may be many hosts. */
const MOST_LINES = 64

/** The connections of one skill: one line for each origin, zone and certificate. */
export class SkillLines {
  readonly #dialler: Pick<Dialler, 'open'>
  readonly #name: string
  /** The longest unused first. */
  readonly #lines = new Map<string, Line>()

  /** `name`: of the skill, for what is told of refused connections. */
  constructor(dialler: Pick<Dialler, 'open'>, name: string) {
    this.#dialler = dialler
    this.#name = name
  }

  /** @throws Fault `invalid` for what is never dialled */
  to(origin: URL, zone: NetworkPermission['zone'], certificate: ClientCertificate | null): Line {
    const place = `${zone} ${certificate?.mark ?? ''} ${origin.origin}`
    const known = this.#lines.get(place)
    if (known !== undefined) {
      this.#lines.delete(place)
      this.#lines.set(place, known)
      return known
    }
    this.#makeRoom()
    const line = this.#dialler.open({
      name: this.#name,
      url: new URL(origin.origin),
      // What goes as it is goes to no address of the internet, whatever the name resolves to.
      zone: zone === 'private' ? 'inside' : 'managed',
      ...(certificate !== null && { tls: { cert: certificate.cert, key: certificate.key } }),
      connectMs: CONNECT_MS,
      connections: CONNECTIONS,
    })
    this.#lines.set(place, line)
    return line
  }

  async close(): Promise<void> {
    const lines = [...this.#lines.values()]
    this.#lines.clear()
    await Promise.all(lines.map((line) => line.destroy()))
  }

  #makeRoom(): void {
    if (this.#lines.size < MOST_LINES) return
    const [place, line] = [...this.#lines].find(([, one]) => one.inUse() === 0) ?? []
    if (place === undefined || line === undefined) return
    this.#lines.delete(place)
    void line.close()
  }
}
