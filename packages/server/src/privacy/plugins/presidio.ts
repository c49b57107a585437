import { z } from 'zod'
import type { PresidioSetting } from '../../kernel/config/detector-keys.ts'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { callOnce } from '../../kernel/dialler/whole-answer.ts'
import { codePointsOf } from './code-points.ts'
import type { Plugin, PluginText, ToldSpan } from './plugin.ts'
import { PluginFailure } from './plugin.ts'
import type { Window } from './windows.ts'
import { windowsOf } from './windows.ts'

/** In one question: models of spaCy refuse a million, and what is long takes long. */
const MOST_CHARACTERS = 50_000
const MOST_TEXTS = 100
const MOST_ANSWER_BYTES = 2 * 1024 * 1024
const CONNECT_MS = 5000

const found = z.array(
  z.object({
    entity_type: z.string().min(1).max(100),
    start: z.int().min(0),
    end: z.int().min(1),
    score: z.number().min(0).max(1),
  }),
)
type Found = z.output<typeof found>

/** A window, and the texts that it is from: the same words are asked about once. */
interface Asked {
  readonly window: Window
  readonly of: readonly number[]
}

interface Question {
  readonly language: string
  readonly asked: readonly Asked[]
}

/** A service that speaks the REST API of Presidio's analyzer. */
export class Presidio implements Plugin {
  readonly state = 'ready'
  readonly #setting: PresidioSetting
  readonly #line: Line
  readonly #path: string
  readonly #headers: readonly string[]
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(setting: PresidioSetting, dialler: Pick<Dialler, 'open'>) {
    const { name, url, mayBePublic, ca, connections, timeoutMs, headers } = setting
    this.#setting = setting
    this.#line = dialler.open({
      name,
      url: new URL(url),
      zone: mayBePublic ? 'private' : 'inside',
      ...(ca !== null && { tls: { ca } }),
      connectMs: Math.min(CONNECT_MS, timeoutMs),
      connections,
    })
    this.#path = `${new URL(url).pathname.replace(/\/+$/, '')}/analyze`
    this.#headers = Object.entries(headers).flatMap(([header, value]) => [header, value.reveal()])
  }

  async find(texts: readonly PluginText[]): Promise<readonly (readonly ToldSpan[])[]> {
    const found = this.#find(texts)
    this.#underWay.add(found)
    try {
      return await found
    } finally {
      this.#underWay.delete(found)
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay)
    await this.#line.close()
  }

  async #find(texts: readonly PluginText[]): Promise<readonly (readonly ToldSpan[])[]> {
    const spans = texts.map((): ToldSpan[] => [])
    const questions = this.#questions(texts)
    const deadlineMs = performance.now() + this.#setting.timeoutMs
    const progress = { next: 0, answered: 0, hasFailed: false }
    const ask = async (): Promise<void> => {
      for (let at = progress.next++; at < questions.length && !progress.hasFailed; at = progress.next++) {
        const question = questions[at]
        if (question === undefined) return
        const answer = await this.#ask(question, deadlineMs)
        progress.answered += 1
        collect(question.asked, answer, spans)
      }
    }
    try {
      await Promise.all(Array.from({ length: this.#setting.connections }, ask))
    } catch (error) {
      progress.hasFailed = true
      // A request that is too large for the time says nothing about a detector that answers.
      if (error instanceof PluginFailure && error.code === 'timeout' && progress.answered > 0) {
        throw new PluginFailure('timeout', false, error.cause)
      }
      throw error
    }
    return spans
  }

  #questions(texts: readonly PluginText[]): readonly Question[] {
    const { languages, batch } = this.#setting
    const asked = askedOf(texts)
    const lots = batch ? lotsOf(asked) : asked.map((one) => [one])
    return languages.flatMap((language) => lots.map((lot) => ({ language, asked: lot })))
  }

  async #ask({ language, asked }: Question, deadlineMs: number): Promise<readonly Found[]> {
    const { batch, minScore } = this.#setting
    const texts = asked.map(({ window }) => window.text)
    const question = { text: batch ? texts : texts[0], language, score_threshold: minScore }
    const body = Buffer.from(JSON.stringify(question))
    const answer = await this.#post(body, deadlineMs)
      .catch((error: unknown) => {
        // A connection that was kept may have been ended by the other side just now.
        if (isCutOff(error)) return this.#post(body, deadlineMs)
        throw error
      })
      .catch((error: unknown) => {
        throw failureOf(error)
      })
    const answers = read(answer, batch)
    if (answers.length !== asked.length) throw new PluginFailure('answer', false)
    return answers
  }

  async #post(body: Buffer, deadlineMs: number): Promise<WholeAnswer> {
    const leftMs = deadlineMs - performance.now()
    if (leftMs <= 0) throw new PluginFailure('timeout', true)
    const headers = ['content-type', 'application/json', 'accept-encoding', 'identity', ...this.#headers]
    const bounds = { answerMs: leftMs, idleMs: leftMs, totalMs: leftMs, mostBytes: MOST_ANSWER_BYTES }
    return callOnce(this.#line, { path: this.#path, method: 'POST', headers, body }, bounds)
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null)
const CUT_OFF: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
const isCutOff = (error: unknown): boolean => CUT_OFF.has(codeOf(error))

/** Each window of each text once, whoever it is from. */
function askedOf(texts: readonly PluginText[]): readonly Asked[] {
  const of = new Map<string, number[]>()
  for (const [at, { text }] of texts.entries()) {
    const known = of.get(text)
    if (known) known.push(at)
    else of.set(text, [at])
  }
  return [...of].flatMap(([text, whose]) =>
    windowsOf(text, MOST_CHARACTERS).map((window) => ({ window, of: whose })),
  )
}

/** Many short texts in few questions. */
function lotsOf(asked: readonly Asked[]): readonly (readonly Asked[])[] {
  const lots: Asked[][] = []
  let characters = 0
  for (const one of asked) {
    const lot = lots.at(-1)
    characters += one.window.text.length
    if (lot && lot.length < MOST_TEXTS && characters <= MOST_CHARACTERS) lot.push(one)
    else {
      lots.push([one])
      characters = one.window.text.length
    }
  }
  return lots
}

/** @throws PluginFailure for places that do not lie in the text */
function collect(asked: readonly Asked[], answers: readonly Found[], spans: readonly ToldSpan[][]): void {
  for (const [at, { window, of }] of asked.entries()) {
    const answer = answers[at] ?? []
    if (answer.length === 0) continue
    const codePoints = codePointsOf(window.text)
    for (const { entity_type: type, start, end, score } of answer) {
      if (start >= end || end > codePoints.count) throw new PluginFailure('answer', false)
      const span = {
        start: window.start + codePoints.offsetOf(start),
        end: window.start + codePoints.offsetOf(end),
        type,
        score,
      }
      for (const whose of of) spans[whose]?.push(span)
    }
  }
}

/** Of a gateway before a detector that is gone. */
const GONE: ReadonlySet<number> = new Set([502, 503, 504])

function read({ status, body }: WholeAnswer, isBatch: boolean): readonly Found[] {
  if (status !== 200) throw new PluginFailure('status', GONE.has(status))
  try {
    const told: unknown = JSON.parse(body.toString())
    return isBatch ? z.array(found).parse(told) : [found.parse(told)]
  } catch {
    // What is wrong with it may quote the text.
    throw new PluginFailure('answer', false)
  }
}

function failureOf(error: unknown): PluginFailure {
  if (error instanceof PluginFailure) return error
  const code = codeOf(error)
  if (code === 'EMSGSIZE') return new PluginFailure('answer', false, error)
  const isLate = code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT'
  return new PluginFailure(isLate ? 'timeout' : 'unreachable', true, error)
}
