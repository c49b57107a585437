import { announce, button, element } from './element.js'
import { say, write } from './language.js'
import { refusalLine, refusalNode } from './refusal-view.js'
import { whyNot } from './upload.js'

/** @typedef {import('./api.js').StoredDocument} StoredDocument */

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

  /** @param {Node} reason @param {string} line */
  function refuse(reason, line) {
    progress.remove()
    write(state, 'upload.refused')
    const dismiss = write(
      button('quiet', () => node.remove()),
      'upload.dismiss',
    )
    write(dismiss, 'upload.dismiss.label', { title }, 'data-words-label')
    node.append(reason, dismiss)
    announce(say('upload.announced.refused', { title, reason: line }))
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
    ready() {
      node.remove()
      announce(say('upload.announced.ready', { title }))
    },
  }
}

/**
 * Takes files one after the other, so that a large one does not starve the rest of the house.
 * @param {{ list: HTMLElement, onReady: (documents: readonly StoredDocument[]) => void,
 *   store: (file: File, onProgress: (share: number) => void) => Promise<readonly StoredDocument[]> }} options
 * @returns {(files: Iterable<File>) => void}
 */
export function createUploads({ list, onReady, store }) {
  let last = Promise.resolve()

  /** @param {File} file @param {ReturnType<typeof createUploadRow>} row */
  async function take(file, row) {
    try {
      const documents = await store(file, (share) => row.send(share))
      row.ready()
      onReady(documents)
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
