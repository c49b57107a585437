import type { DataClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'

/** The zones outside the program. */
export type OutsideZone = 'private' | 'managed'

/** What is known of a body that is about to leave. */
export interface Leaving {
  readonly body: Buffer
  readonly class: DataClass
  /** What in it cannot be read (an image, a file id, binary bytes); null when all of it is text. */
  readonly opaque: string | null
  /** The rule lets unreadable content of class `public` out. */
  readonly allowOpaque: boolean
}

/**
 * A body that may go to a zone. Adapters of managed targets accept only `Outbound<'managed'>`, and only the two
 * functions below can make one, so that forgetting to desensitise does not compile.
 */
export class Outbound<Z extends OutsideZone> {
  readonly #body: Buffer
  readonly zone: Z

  private constructor(body: Buffer, zone: Z) {
    this.#body = body
    this.zone = zone
  }

  /** For a target of the private zone: as it came. */
  static home(body: Buffer): Outbound<'private'> {
    return new Outbound(body, 'private')
  }

  /**
   * For a managed target. Nothing can be masked yet, so only what is public may leave.
   * @throws Fault `stays_home`
   */
  static managed({ body, class: found, opaque, allowOpaque }: Leaving): Outbound<'managed'> {
    if (found !== 'public') {
      throw new Fault(
        'stays_home',
        `This request is ${found}, and what is not public cannot be masked here yet, so it does not leave. Use a private target, or a key of class public for public content.`,
      )
    }
    if (opaque !== null && !allowOpaque) {
      throw new Fault(
        'stays_home',
        `This request holds ${opaque}, which cannot be read here, so it does not leave. A rule for class public may say "opaque: allow".`,
      )
    }
    return new Outbound(body, 'managed')
  }

  get body(): Buffer {
    return this.#body
  }
}
