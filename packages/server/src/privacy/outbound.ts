import type { DataClass } from '@freehold/contract/data-class.ts'
import { skip } from '@freehold/contract/skips.ts'
import { Fault } from '../kernel/fault.ts'
import type { Masked } from './mask/desensitiser.ts'

/** The zones outside the program. */
export type OutsideZone = 'private' | 'managed'

/** What is known of a request for a managed target before anything is done to it. */
export interface Leaving {
  readonly class: DataClass
  /** What in it cannot be read (an image, a file id, binary bytes); null when all of it is text. */
  readonly opaque: string | null
  /** The rule lets unreadable content of class `public` out. */
  readonly allowOpaque: boolean
}

/** The classes of which something may leave for a managed target: what is above `public` masked, and only as text. */
const MAY_LEAVE: ReadonlySet<DataClass> = new Set<DataClass>(['public', 'internal', 'confidential'])

/**
 * Whether anything of it may leave for a managed target at all.
 * @throws Fault `stays_home`
 */
export function assertLeaves({ class: found, opaque, allowOpaque }: Leaving): void {
  if (!MAY_LEAVE.has(found)) {
    throw new Fault(
      'stays_home',
      `This request is ${found}, and content of that class never leaves, masked or not. Use a private target.`,
      { remark: skip('class_stays', { class: found }) },
    )
  }
  if (opaque !== null && !(allowOpaque && found === 'public')) {
    throw new Fault(
      'stays_home',
      `This request is ${found} and holds ${opaque}, which cannot be read here, so it does not leave. A rule for class public may say "opaque: allow".`,
      { remark: skip('not_readable', { content: opaque }) },
    )
  }
}

/**
 * A body that may go to a zone. Adapters of managed targets accept only `Outbound<'managed'>`, and only the two
 * functions below can make one, so that forgetting to desensitise does not compile.
 */
export class Outbound<Z extends OutsideZone> {
  readonly #body: Buffer
  readonly zone: Z
  /** Null for the private zone, which sees what was said. */
  readonly masked: Masked | null

  private constructor(body: Buffer, zone: Z, masked: Masked | null) {
    this.#body = body
    this.zone = zone
    this.masked = masked
  }

  /** For a target of the private zone: as it came. */
  static home(body: Buffer): Outbound<'private'> {
    return new Outbound(body, 'private', null)
  }

  /**
   * For a managed target: what the desensitiser made of it.
   * @throws Fault `stays_home`
   */
  static managed(masked: Masked, leaving: Leaving): Outbound<'managed'> {
    assertLeaves(leaving)
    if (masked.tally === null && leaving.class !== 'public') {
      throw new Error(`content of class ${leaving.class} was about to leave unmasked`)
    }
    return new Outbound(masked.body, 'managed', masked)
  }

  get body(): Buffer {
    return this.#body
  }
}
