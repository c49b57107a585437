import { excerpt } from './answer.js'
import { byId, element } from './element.js'
import { write } from './language.js'
import { refusalNode } from './refusal-view.js'

/** @typedef {{ documentId: string, collectionId?: string, title: string, span: { start: number, end: number } }} Place */

/** Characters shown on each side of the passage; every "more" shows four times as many. */
const AROUND = 300
const MORE = 4

/**
 * The dialog that shows where a quotation stands in its document.
 * @param {import('./api.js').Api} api
 * @returns {(place: Place) => Promise<void>}
 */
export function createPassageView(api) {
  const dialog = byId('passage', HTMLDialogElement)
  const title = byId('passage-title', HTMLElement)
  const body = byId('passage-text', HTMLElement)
  const more = byId('passage-more', HTMLButtonElement)
  let text = ''
  let around = AROUND
  /** @type {Place['span']} */
  let span = { start: 0, end: 0 }

  function render() {
    const { before, marked, after, isCutBefore, isCutAfter } = excerpt(text, span, around)
    const passage = element('mark', '', [marked])
    body.replaceChildren(
      isCutBefore ? '… ' : '',
      before,
      ...(marked === '' ? [] : [passage]),
      after,
      isCutAfter ? ' …' : '',
    )
    more.hidden = !isCutBefore && !isCutAfter
    if (marked === '') body.scrollTop = 0
    else passage.scrollIntoView({ block: 'center' })
  }

  more.addEventListener('click', () => {
    around *= MORE
    render()
    if (more.hidden) body.focus()
  })
  byId('passage-close', HTMLButtonElement).addEventListener('click', () => dialog.close())
  // The dialog itself has no padding, so a click that lands on it lies outside of what is shown.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close()
  })

  return async (place) => {
    title.textContent = place.title
    write(body, 'passage.text', {}, 'data-words-label')
    body.replaceChildren(write(element('p', 'soft'), 'passage.loading'))
    more.hidden = true
    around = AROUND
    span = place.span
    dialog.showModal()
    try {
      text = (await api.documentText(place.documentId, place.collectionId)).text
      render()
    } catch (error) {
      body.replaceChildren(refusalNode(error))
    }
  }
}
