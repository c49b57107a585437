import { join } from 'node:path'
import type { WitnessSetting } from '../../kernel/config/audit-keys.ts'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import { callOnce } from '../../kernel/dialler/whole-answer.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import { writeDurably } from '../../store/durable-file.ts'
import type { NoteKey } from '../log/note.ts'
import { COSIGNATURE, isSignature, readSignatures, readVerifierKey, splitNote } from '../log/note.ts'
import type { AuditLogReading } from '../log/reading.ts'
import type { Signed } from '../log/sequencer.ts'

const EVERY_MS = 60_000
const CONNECT_MS = 5000
const BOUNDS = { answerMs: 10_000, idleMs: 5000, mostBytes: 64 * 1024 }

/** Why a witness did not cosign; `ahead`: it has seen a longer log than this one. */
type Trouble = 'unreachable' | 'refused' | 'ahead' | 'wrong_signature'

interface Witness {
  readonly key: NoteKey
  readonly line: Line
  readonly path: string
  /** Size of the log that it saw last, as far as we know. */
  size: number
}

interface WitnessesOptions {
  readonly settings: readonly WitnessSetting[]
  readonly dialler: Dialler
  readonly reading: Pick<AuditLogReading, 'consistency'>
  /** Where the newest cosigned checkpoint is kept. */
  readonly directory: string
  readonly log: Log
}

/** Asks others to sign that the log only grew (C2SP tlog-witness). */
export class Witnesses {
  readonly #options: WitnessesOptions
  readonly #witnesses: readonly Witness[]
  #newest: Signed | null = null
  #timer: NodeJS.Timeout | null = null
  #asking: Promise<void> = Promise.resolve()
  #isFailing = false

  /** @throws Fault `cannot_start` for a key that is none of a witness */
  constructor(options: WitnessesOptions) {
    this.#options = options
    this.#witnesses = options.settings.map((setting) => openWitness(setting, options.dialler))
  }

  /** This checkpoint is the newest; it is shown to the witnesses when their next turn comes. */
  show(signed: Signed): void {
    this.#newest = signed
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#asking = this.ask(signed)
    }, EVERY_MS).unref()
  }

  /** Asks all of them now. */
  async ask(signed: Signed): Promise<void> {
    const newest = this.#newest !== null && this.#newest.size > signed.size ? this.#newest : signed
    const lines: string[] = []
    for (const witness of this.#witnesses) {
      const answer = await this.#askOne(witness, newest).catch((): Trouble => 'unreachable')
      if (typeof answer === 'string') this.#told(witness, answer)
      else lines.push(...answer)
    }
    if (lines.length === 0) return
    this.#isFailing = lines.length < this.#witnesses.length
    writeDurably(join(this.#options.directory, 'witnessed'), `${newest.note}${lines.join('\n')}\n`)
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#asking
    for (const { line } of this.#witnesses) await line.destroy()
  }

  async #askOne(witness: Witness, { size, note }: Signed): Promise<readonly string[] | Trouble> {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (witness.size > size) return 'ahead'
      const { proof } =
        witness.size === 0 ? { proof: [] } : await this.#options.reading.consistency(witness.size, size)
      const body = [`old ${witness.size}`, ...proof, '', note].join('\n')
      const answer = await callOnce(
        witness.line,
        {
          path: `${witness.path}/add-checkpoint`,
          method: 'POST',
          headers: ['content-type', 'text/plain; charset=utf-8'],
          body: Buffer.from(body),
        },
        BOUNDS,
      )
      const text = answer.body.toString()
      if (answer.status === 409 && /^\d{1,15}\n$/.test(text)) witness.size = Number(text)
      else if (answer.status === 200) return cosigned(witness, { size, note }, text)
      else return 'refused'
    }
    return 'refused'
  }

  /** Once, until all cosign again. */
  #told({ key }: Witness, code: Trouble): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#options.log.error('audit.send_failed', {
      receiver: 'witness',
      name: key.name.replaceAll(/[^\w.:@-]/g, ':').slice(0, 80),
      code,
      retryInMs: EVERY_MS,
    })
  }
}

function openWitness({ url, key }: WitnessSetting, dialler: Dialler): Witness {
  const read = readVerifierKey(key)
  if (read?.type !== COSIGNATURE)
    throw new Fault(
      'cannot_start',
      `audit.witnesses: the key of ${url} is not that of a witness (C2SP tlog-cosignature, type 4).`,
    )
  const place = new URL(url)
  // Where it lies is the operator's choice, in the own network or not.
  const line = dialler.open({
    name: 'witness',
    url: place,
    zone: 'private',
    connectMs: CONNECT_MS,
    connections: 1,
  })
  return { key: read, line, path: place.pathname.replace(/\/$/, ''), size: 0 }
}

/** The lines of its answer that are its own; what others signed is passed over. */
function cosigned(
  witness: Witness,
  { size, note }: Pick<Signed, 'size' | 'note'>,
  answer: string,
): readonly string[] | Trouble {
  const text = splitNote(note)?.text ?? ''
  const lines = readSignatures(answer.trimEnd().split('\n')) ?? []
  const own = lines.filter((signature) => isSignature(witness.key, text, signature))
  if (own.length === 0) return 'wrong_signature'
  witness.size = size
  return own.map(({ line }) => line)
}
