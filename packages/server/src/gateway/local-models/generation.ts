import { Fault } from '../../kernel/fault.ts'
import type { Llama, LlamaModel, LlamaPackage, Sampling, Sequence, Token } from './llama-package.ts'
import type { Calling } from './prompt.ts'
import { CALL_BEGINS, CALL_ENDS } from './prompt.ts'
import { StopWatch } from './stop-watch.ts'

/** What an answer is made with. */
export interface Voice {
  readonly llama: Llama
  readonly model: LlamaModel
  readonly sequence: Sequence
  readonly contextTokens: number
  readonly GrammarState: LlamaPackage['LlamaGrammarEvaluationState']
}

export interface Wanted {
  readonly prompt: readonly Token[]
  /** Tokens that end an answer, besides those that the model knows as such. */
  readonly ends: ReadonlySet<Token>
  /** Null: as many as there is room for. */
  readonly most: number | null
  readonly sampling: Omit<Sampling, 'grammarEvaluationState' | 'repeatPenalty'>
  /** For what was said already: the more often, and at all. */
  readonly penalties: { readonly frequency: number; readonly presence: number }
  readonly stops: readonly string[]
  readonly calling: Calling | null
  /** GBNF of the answer as a whole. */
  readonly format: string | null
}

export type Part =
  | { readonly text: string }
  | { readonly call: { readonly name: string; readonly arguments: string } }

export interface Ending {
  readonly reason: 'stop' | 'length' | 'tool_calls'
  readonly promptTokens: number
  readonly answerTokens: number
}

/** Read at once, so that whoever leaves is not waited for longer than this takes. */
const READ_TOKENS = 128
const MOST_CALLS = 16
/** Of the last tokens, which penalties are for. */
const PENALISED = 256
/** Bytes of one character may come in tokens of their own. */
const MOST_PIECES_OF_CHARACTER = 4

/** One answer. What a call says is handed on when it is whole: one that was cut off is no JSON. */
export class Generation {
  readonly #voice: Voice
  readonly #wanted: Wanted
  readonly #signal: AbortSignal
  /** All that the model has before it: the prompt, and what it said so far. */
  #tokens: Token[]
  /** What was said, as text. */
  #said = ''
  #left: number

  constructor(voice: Voice, wanted: Wanted, signal: AbortSignal) {
    this.#voice = voice
    this.#wanted = wanted
    this.#signal = signal
    this.#tokens = [...wanted.prompt]
    const room = voice.contextTokens - wanted.prompt.length - MARGIN
    if (room < 1) {
      throw new Fault(
        'invalid',
        `messages: the conversation has ${wanted.prompt.length} tokens, and the local model reads at most ${voice.contextTokens}.`,
        { param: 'messages' },
      )
    }
    this.#left = Math.min(wanted.most ?? room, room)
  }

  /** @throws what the signal says */
  async *parts(): AsyncGenerator<Part, Ending> {
    const { calling, format, stops } = this.#wanted
    if (format !== null) return this.#ending(yield* this.#texts(stops, format))
    if (calling === null) return this.#ending(yield* this.#texts(stops, null))
    for (let calls = 0; calls < MOST_CALLS; calls += 1) {
      if (!calling.isForced) {
        const end = yield* this.#texts([...stops, CALL_BEGINS], null)
        if (end !== CALL_BEGINS) return this.#ending(calls > 0 && end !== 'length' ? 'tool_calls' : end)
      }
      this.#feed(`${CALL_BEGINS}\n`)
      const call = await this.#call(calling)
      if (call === null) return this.#ending('length')
      yield { call }
      if (!calling.mayBeSeveral) break
      this.#feed(`\n${CALL_ENDS}\n`)
    }
    return this.#ending('tool_calls')
  }

  #ending(end: string): Ending {
    const { prompt } = this.#wanted
    return {
      reason: end === 'length' || end === 'tool_calls' ? end : 'stop',
      promptTokens: prompt.length,
      answerTokens: this.#tokens.length - prompt.length,
    }
  }

  /** Text until a stop, which is returned, or the end of the answer. */
  async *#texts(stops: readonly string[], grammar: string | null): AsyncGenerator<Part, string> {
    const watch = new StopWatch(stops)
    for await (const piece of this.#pieces(grammar)) {
      const { text, found } = watch.push(piece)
      if (text !== '') yield this.#text(text)
      if (found !== null) return found
    }
    const rest = watch.rest()
    if (rest !== '') yield this.#text(rest)
    return this.#left === 0 ? 'length' : 'end'
  }

  #text(text: string): Part {
    this.#said += text
    return { text }
  }

  /** Null: it was cut off. */
  async #call(calling: Calling): Promise<{ readonly name: string; readonly arguments: string } | null> {
    let text = ''
    for await (const piece of this.#pieces(calling.grammar)) text += piece
    this.#said += text
    const call = callIn(text)
    return call === null ? null : { name: call.name, arguments: JSON.stringify(call.arguments) }
  }

  /** Goes on as if the model itself had said this. */
  #feed(text: string): void {
    this.#said += text
    const { prompt } = this.#wanted
    this.#tokens = [...prompt, ...this.#voice.model.tokenize(this.#said)]
    this.#left = Math.max(0, Math.min(this.#left, this.#voice.contextTokens - this.#tokens.length - MARGIN))
  }

  /** What the model says from here on, in whole characters. */
  async *#pieces(grammar: string | null): AsyncGenerator<string> {
    const { model } = this.#voice
    // A grammar counts bytes that are no character as one: so must the text, or it would be longer than its schema.
    const shown = (text: string): string =>
      grammar === null ? text : text.replaceAll(/\uFFFD{2,4}/g, '\uFFFD')
    let held: Token[] = []
    for await (const token of this.#spoken(grammar)) {
      held.push(token)
      const text = model.detokenize(held, false, this.#tokens.slice(-held.length - 8, -held.length))
      if (text.endsWith('\uFFFD') && held.length < MOST_PIECES_OF_CHARACTER) continue
      held = []
      if (text !== '') yield shown(text)
    }
    if (held.length > 0) yield shown(model.detokenize(held))
  }

  async *#spoken(grammar: string | null): AsyncGenerator<Token> {
    const { sampling, ends } = this.#wanted
    const { model, sequence } = this.#voice
    if (this.#left === 0) return
    const last = await this.#read()
    const state = grammar === null ? {} : { grammarEvaluationState: await this.#grammarState(grammar) }
    const said = sequence.evaluate(last, { ...sampling, ...this.#penalty(), ...state, yieldEogToken: true })
    for await (const token of said) {
      this.#signal.throwIfAborted()
      if (model.isEogToken(token) || ends.has(token)) return
      this.#tokens.push(token)
      this.#left -= 1
      yield token
      if (this.#left === 0) return
    }
  }

  #penalty(): Pick<Sampling, 'repeatPenalty'> {
    const { penalties, prompt } = this.#wanted
    if (penalties.frequency === 0 && penalties.presence === 0) return {}
    return {
      repeatPenalty: {
        punishTokens: () => this.#tokens.slice(prompt.length).slice(-PENALISED),
        penalty: 1,
        frequencyPenalty: penalties.frequency,
        presencePenalty: penalties.presence,
      },
    }
  }

  /** Reads what it has not read yet, but for the last part, which is returned. */
  async #read(): Promise<readonly Token[]> {
    const { sequence } = this.#voice
    const tokens = this.#tokens
    // The last one is read again: what comes next is told by reading it.
    await sequence.adaptStateToTokens(tokens.slice(0, -1), false)
    let from = sequence.nextTokenIndex
    for (; tokens.length - from > READ_TOKENS; from += READ_TOKENS) {
      await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(from, from + READ_TOKENS))
      this.#signal.throwIfAborted()
    }
    return tokens.slice(from)
  }

  async #grammarState(grammar: string): Promise<object> {
    const { llama, model, GrammarState } = this.#voice
    try {
      return new GrammarState({ model, grammar: await llama.createGrammar({ grammar }) })
    } catch (error) {
      throw new Fault('invalid', 'No grammar can be made of these schemas.', { param: 'tools', cause: error })
    }
  }
}

/** Kept free at the end of the context: at its very end the library would begin to forget the beginning. */
const MARGIN = 8

function callIn(text: string): { readonly name: string; readonly arguments: object } | null {
  try {
    // Of the form that the grammar left no other choice but.
    return JSON.parse(text) as { name: string; arguments: object }
  } catch {
    return null
  }
}
