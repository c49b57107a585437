import { splitCitations } from './answer.js'
import { announce, button, element } from './element.js'
import { say, write } from './language.js'
import { refusalLine, refusalNode } from './refusal-view.js'
import { WORDS } from './words.js'

/** @typedef {import('./answer.js').Citation} Citation */
/** @typedef {{ model: string | null, zone: string | null, class: string | null }} Provenance */
/** @typedef {(citation: Citation) => void} OpenCitation */
/** @typedef {{ openCitation: OpenCitation, askAgain: () => void }} CardActions */

/** Longer answers are announced by their beginning; the rest is there to be read. */
const ANNOUNCED_CHARACTERS = 600

/**
 * What a header said, with the page's explanation where it has one.
 * @param {string} kind
 * @param {string | null} value
 */
function chip(kind, value) {
  const why = `chip.${kind}.why.${value}`
  if (value === null || !(why in WORDS.en)) return ''
  const summary = write(element('summary'), `chip.${kind}`, { value })
  return element('details', 'chip', [summary, write(element('p'), why)])
}

/** @param {readonly Citation[]} citations @param {OpenCitation} open */
function sources(citations, open) {
  const list = element('ol', 'sources')
  for (const citation of citations) {
    const opener = button('source', () => open(citation))
    opener.append(element('span', 'number', [String(citation.n)]), element('span', '', [citation.title]))
    list.append(element('li', '', [opener]))
  }
  return element('div', '', [write(element('h3'), 'sources'), list])
}

/** @param {Citation} citation @param {OpenCitation} open */
function reference(citation, open) {
  const opener = button('reference', () => open(citation))
  opener.append(String(citation.n))
  return write(opener, 'source.open', { n: citation.n, title: citation.title }, 'data-words-label')
}

/**
 * One question and what became of it.
 * @param {string} question
 * @param {CardActions} actions
 */
export function createAnswerCard(question, { openCitation: open, askAgain }) {
  const heading = element('h2', 'question', [question])
  const text = element('div', 'answer')
  const waiting = write(element('p', 'soft waiting'), 'answer.searching')
  const node = element('article', 'sheet exchange', [heading, waiting, text])
  node.setAttribute('aria-busy', 'true')
  node.setAttribute('aria-label', question)
  let words = ''

  /** @param {readonly (Node | string)[]} rest */
  function settle(rest) {
    waiting.remove()
    node.removeAttribute('aria-busy')
    node.append(...rest)
  }

  function again() {
    return element('p', '', [write(button('quiet', askAgain), 'ask.again')])
  }

  return {
    node,
    /** @param {string} delta */
    append(delta) {
      if (delta === '') return
      waiting.remove()
      words += delta
      text.append(delta)
    },
    /** @param {readonly Citation[]} citations @param {Provenance} provenance */
    finish(citations, provenance) {
      text.replaceChildren(
        ...splitCitations(words.trimEnd(), citations).map((piece) =>
          'text' in piece ? piece.text : reference(piece.citation, open),
        ),
      )
      const label = `answer.${citations.length > 0 ? 'quoted' : 'nothing'}`
      const origin = write(element('p', 'origin'), provenance.zone === 'local' ? `${label}.local` : label)
      const chips = Object.entries(provenance).map(([kind, value]) => chip(kind, value))
      settle([citations.length > 0 ? sources(citations, open) : '', origin, element('div', 'chips', chips)])
      announce(say('answer.announced', { text: words.slice(0, ANNOUNCED_CHARACTERS) }))
    },
    stop() {
      settle([write(element('p', 'soft'), 'answer.stopped'), again()])
      announce(say('answer.stopped'))
    },
    /** The stream ended before the answer did. */
    breakOff() {
      settle([element('div', 'refusal', [write(element('p'), 'answer.cut')]), again()])
      announce(say('answer.cut'))
    },
    /** @param {unknown} error */
    refuse(error) {
      settle([refusalNode(error), again()])
      announce(say('answer.refused', { reason: refusalLine(error) }))
    },
  }
}
