import { causeOf } from '../../kernel/cause.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { CheckpointFile } from './checkpoint-file.ts'
import { splitNote } from './note.ts'
import type { Sequencer, Signed } from './sequencer.ts'
import { LogBroken } from './sequencer.ts'

/** Between two looks at what is due. */
const EVERY_MS = 1000
/** Checkpoints that wait for a disk that takes nothing; of more, the oldest are dropped: the newer speak for them. */
const MOST_UNWRITTEN = 1000

interface RunningOptions {
  readonly sequencer: Sequencer
  readonly file: CheckpointFile
  readonly log: Log
  readonly metrics: Metrics
  /** Hears of a checkpoint once it stands outside the database. */
  readonly onCheckpoint: (signed: Signed) => void
}

/** Looks for what is due again and again, and brings each checkpoint out of the database. */
export class Running {
  readonly #options: RunningOptions
  readonly #written: { set(value: number): void }
  readonly #size: { set(value: number): void }
  readonly #sound: { set(value: number): void }
  #unwritten: Signed[] = []
  #timer: NodeJS.Timeout | null = null
  #round: Promise<void> = Promise.resolve()
  #failures = 0
  #isOver = false

  constructor(options: RunningOptions) {
    const { metrics, sequencer } = options
    this.#options = options
    this.#written = metrics.gauge('freehold_audit_checkpoint_seconds').bind({})
    this.#size = metrics.gauge('freehold_audit_size').bind({})
    this.#sound = metrics.gauge('freehold_audit_sound').bind({})
    this.#sound.set(1)
    metrics.follow('freehold_audit_entries_total', () => sequencer.entries)
  }

  /** Compares the log in the database with what was signed before, and begins. */
  async start(): Promise<void> {
    await this.#guarded('open', () => this.#options.sequencer.check())
    this.#size.set(this.#options.sequencer.size)
    this.#wait()
  }

  /** Everything that is due now is in the log when it resolves, unless that failed. */
  settle(): Promise<void> {
    this.#round = this.#round.then(() => this.#once())
    return this.#round
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.settle()
    this.#isOver = true
  }

  #wait(): void {
    if (this.#isOver) return
    this.#timer = setTimeout(async () => {
      await this.settle()
      if (this.#timer !== null) this.#wait()
    }, EVERY_MS).unref()
  }

  async #once(): Promise<void> {
    if (this.#isOver) return
    await this.#guarded('sequence', async () => {
      this.#unwritten.push(...(await this.#options.sequencer.round()))
      this.#failures = 0
    })
    if (this.#unwritten.length > 0) await this.#guarded('write', () => this.#write())
  }

  async #write(): Promise<void> {
    const { file, sequencer, log, onCheckpoint } = this.#options
    this.#unwritten = this.#unwritten.slice(-MOST_UNWRITTEN)
    const newest = this.#unwritten.at(-1)
    await file.append(this.#unwritten.map(({ at, note }) => ({ at, checkpoint: note })))
    this.#unwritten = []
    if (!newest) return
    this.#size.set(sequencer.size)
    this.#written.set(Date.parse(newest.at) / 1000)
    const signature = splitNote(newest.note)?.signatures[0]
    log.info('audit.checkpoint', {
      installation: signature?.name.replace(/^.*\//, '') ?? '',
      size: newest.size,
      root: newest.root.toString('base64'),
      signature: signature ? Buffer.concat([signature.id, signature.bytes]).toString('base64') : '',
    })
    onCheckpoint(newest)
  }

  /** A database that is away is told once; a log that is another one ends this for good. */
  async #guarded(during: string, step: () => Promise<void>): Promise<void> {
    const { log, sequencer } = this.#options
    try {
      await step()
    } catch (error) {
      if (error instanceof LogBroken) {
        this.#isOver = true
        this.#sound.set(0)
        log.error('audit.broken', { size: sequencer.size, reason: error.reason })
        return
      }
      this.#failures += 1
      const { name, code } = causeOf(error)
      if (this.#failures === 1) log.error('audit.log_failed', { during, name, code })
    }
  }
}
