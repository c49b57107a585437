import { announce, button, element } from './element.js'
import { say, write } from './language.js'
import { Refusal } from './refusal.js'
import { refusalLine, refusalNode } from './refusal-view.js'
import { whyNot } from './upload.js'

/** @typedef {import('./api.js').StoredDocument} StoredDocument */
/** @typedef {import('./upload.js').Added} Added */

const REFUSED = { state: 'upload.refused', announced: 'upload.announced.refused' }
const PARTLY = { state: 'upload.partly', announced: 'upload.announced.partly' }

/**
 * The line of one file on its way in.
 * @param {string} title
 */
function createUploadRow(title) {
  const state = write(element('span', 'state'), 'upload.waiting')
  const progress = write(element('progress'), 'upload.progress', { title }, 'data-words-label')
  progress.max = 1
  progress.value = 0
  const node = element('li', 'upload', [
    element('div', 'line', [element('span', 'title', [title]), state]),
    progress,
  ])

  /** @param {Node} reason @param {string} line @param {{ state: string, announced: string }} what */
  function refuse(reason, line, what = REFUSED) {
    progress.remove()
    write(state, what.state)
    const dismiss = write(
      button('quiet', () => node.remove()),
      'upload.dismiss',
    )
    write(dismiss, 'upload.dismiss.label', { title }, 'data-words-label')
    node.append(reason, dismiss)
    announce(say(what.announced, { title, reason: line }))
  }

  return {
    node,
    /** @param {number} share */
    send(share) {
      if (share >= 1) {
        progress.removeAttribute('value')
        write(state, 'upload.reading')
      } else {
        progress.value = share
        write(state, 'upload.sending', { percent: Math.floor(share * 100) })
      }
    },
    /** @param {string} key why the file was not even sent */
    turnAway(key) {
      const reasons = [write(element('p'), key)]
      if (key === 'upload.kind') reasons.push(write(element('p'), 'fault.wrong_media_type'))
      if (key === 'upload.size') reasons.push(write(element('p'), 'fault.too_large'))
      refuse(element('div', 'refusal', reasons), say(key))
    },
    /** @param {unknown} error */
    refuse: (error) => refuse(refusalNode(error), refusalLine(error)),
    /** @param {string} warning what of a document that is in could not be read */
    warn(warning) {
      const error = new Refusal('partly_read', warning, 201)
      refuse(refusalNode(error), refusalLine(error), PARTLY)
    },
    ready() {
      node.remove()
      announce(say('upload.announced.ready', { title }))
    },
  }
}

/**
 * Takes files one after the other, so that a large one does not starve the rest of the house.
 * @param {{ list: HTMLElement, onReady: (documents: readonly StoredDocument[]) => void,
 *   store: (file: File, onProgress: (share: number) => void) => Promise<Added> }} options
 * @returns {(files: Iterable<File>) => void}
 */
export function createUploads({ list, onReady, store }) {
  let last = Promise.resolve()

  /** A line for what a file that was taken did not bring. @param {string} title */
  function noticeOf(title) {
    const row = createUploadRow(title)
    list.append(row.node)
    return row
  }

  /** @param {File} file @param {ReturnType<typeof createUploadRow>} row */
  async function take(file, row) {
    try {
      const { documents, failed } = await store(file, (share) => row.send(share))
      row.ready()
      if (documents.length > 0) onReady(documents)
      for (const { name, error } of failed) noticeOf(name).refuse(new Refusal(error.code, error.message, 422))
      for (const { title, warning } of documents) if (warning !== undefined) noticeOf(title).warn(warning)
    } catch (error) {
      row.refuse(error)
    }
  }

  return (files) => {
    for (const file of files) {
      const row = createUploadRow(file.name)
      list.append(row.node)
      const reason = whyNot(file)
      if (reason === null) last = last.then(() => take(file, row))
      else row.turnAway(reason)
    }
  }
}
