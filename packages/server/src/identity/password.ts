import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Fault } from '../kernel/fault.ts'

const deriveTag = promisify(argon2)

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 50 ms of one core. */
const COST = { memoryKiB: 19_456, passes: 2 }
const LANES = 1
const SALT_BYTES = 16
const TAG_BYTES = 32
const MAX_AT_ONCE = 2
const MAX_WAITING = 32
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z\d+/]{11,86})\$([A-Za-z\d+/]{22,86})$/

interface Hashed {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
  readonly salt: Buffer
  readonly tag: Buffer
}

/** argon2id (RFC 9106) as PHC strings. Few run at once, so that a flood of logins cannot starve the process. */
export class Passwords {
  readonly #cost: { readonly memoryKiB: number; readonly passes: number }
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(cost: { readonly memoryKiB: number; readonly passes: number } = COST) {
    this.#cost = cost
  }

  /** @throws Fault `too_many` when more than 32 others wait already. */
  async hash(password: string): Promise<string> {
    const asked = { ...this.#cost, lanes: LANES, salt: randomBytes(SALT_BYTES), tag: Buffer.alloc(TAG_BYTES) }
    return formatPhc({ ...asked, tag: await this.#inTurn(() => derive(password, asked)) })
  }

  /** Null stands for a person who does not exist: the same work is done, so that time tells nobody who does. */
  async verify(phc: string | null, password: string): Promise<boolean> {
    const nobody = {
      ...this.#cost,
      lanes: LANES,
      salt: Buffer.alloc(SALT_BYTES),
      tag: Buffer.alloc(TAG_BYTES),
    }
    const known = phc === null ? nobody : parsePhc(phc)
    const tag = await this.#inTurn(() => derive(password, known))
    return timingSafeEqual(tag, known.tag) && phc !== null
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < MAX_AT_ONCE) {
      this.#running += 1
    } else {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new Fault('too_many', 'Many people are signing in. Try again in a few seconds.', {
          retryAfterS: 2,
        })
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    try {
      return await work()
    } finally {
      // The next in line inherits the place, so `#running` stays as it is.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}

async function derive(password: string, parameters: Hashed): Promise<Buffer> {
  return deriveTag('argon2id', {
    // The same password typed on two keyboards can differ in code points (NIST SP 800-63B 5.1.1.2).
    message: password.normalize('NFKC'),
    nonce: parameters.salt,
    parallelism: parameters.lanes,
    tagLength: parameters.tag.length,
    memory: parameters.memoryKiB,
    passes: parameters.passes,
  })
}

function formatPhc({ memoryKiB, passes, lanes, salt, tag }: Hashed): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`
}

function parsePhc(phc: string): Hashed {
  const [, memory, passes, lanes, salt, tag] = PHC.exec(phc) ?? []
  if (salt === undefined || tag === undefined) throw new Error('a stored password is no argon2id PHC string')
  return {
    memoryKiB: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
