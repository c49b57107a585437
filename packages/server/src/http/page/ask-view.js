import { Refusal } from './refusal.js'
import { createAnswerCard } from './answer-card.js'
import { readStep } from './answer.js'
import { byId } from './element.js'
import { say } from './language.js'
import { BrokenStream, readEvents } from './stream.js'

/** @typedef {ReturnType<typeof createAnswerCard>} AnswerCard */

/**
 * Whether a key press means "send". While an input method composes, Enter chooses a word
 * (Safari ends the composition first and tells by key code 229 only).
 * @param {{ key: string, shiftKey: boolean, isComposing: boolean, keyCode: number }} press
 */
export function meansSend({ key, shiftKey, isComposing, keyCode }) {
  return key === 'Enter' && !shiftKey && !isComposing && keyCode !== 229
}

/**
 * Reads one streamed answer into its card.
 * @param {Response} response
 * @param {AnswerCard} card
 */
export async function readAnswer(response, card) {
  /** @type {import('./answer.js').Citation[]} */
  const citations = []
  let model = null
  let isFinished = false
  if (response.body === null) throw new Refusal('unknown', 'The answer has no body.', response.status)
  for await (const { data } of readEvents(response.body)) {
    const step = readStep(data)
    if (step.error !== null) throw new Refusal(step.error.code, step.error.message, response.status)
    card.append(step.text)
    citations.push(...step.citations)
    model ??= step.model
    isFinished ||= step.isFinished
  }
  if (!isFinished) return card.breakOff()
  const header = (/** @type {string} */ name) => response.headers.get(name)
  card.finish(citations, { model, zone: header('x-freehold-zone'), class: header('x-freehold-class') })
}

/**
 * The question box, its examples and the answers below.
 * @param {import('./api.js').Api} api
 * @param {import('./answer-card.js').OpenCitation} openCitation
 */
export function wireAsk(api, openCitation) {
  const form = byId('ask-form', HTMLFormElement)
  const box = byId('question', HTMLTextAreaElement)
  const sendButton = byId('ask-send', HTMLButtonElement)
  const stopButton = byId('ask-stop', HTMLButtonElement)
  const answers = byId('answers', HTMLElement)
  /** @type {AbortController | null} */
  let running = null

  /** @param {boolean} isRunning */
  function show(isRunning) {
    const hadFocus = document.activeElement === sendButton || document.activeElement === stopButton
    sendButton.hidden = isRunning
    stopButton.hidden = !isRunning
    if (hadFocus) (isRunning ? stopButton : box).focus()
  }

  /** @param {string} question */
  async function ask(question) {
    if (running !== null || question === '') return
    const controller = new AbortController()
    running = controller
    const card = createAnswerCard(question, { openCitation, askAgain: () => void ask(question) })
    answers.prepend(card.node)
    answers.hidden = false
    show(true)
    try {
      await readAnswer(await api.ask(question, controller.signal), card)
    } catch (error) {
      if (controller.signal.aborted) card.stop()
      else if (error instanceof BrokenStream) card.breakOff()
      else card.refuse(error)
    } finally {
      running = null
      show(false)
    }
  }

  function send() {
    const question = box.value.trim()
    if (running !== null || question === '') return box.focus()
    box.value = ''
    void ask(question)
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    send()
  })
  box.addEventListener('keydown', (event) => {
    if (!meansSend(event)) return
    event.preventDefault()
    send()
  })
  stopButton.addEventListener('click', () => running?.abort())
  for (const example of document.querySelectorAll('#examples button')) {
    example.addEventListener('click', () => void ask(say(example.getAttribute('data-words') ?? '')))
  }

  return {
    focus: () => box.focus(),
    /** Nothing of the last person stays on the page. */
    forget() {
      running?.abort()
      box.value = ''
      answers.replaceChildren()
      answers.hidden = true
    },
  }
}
