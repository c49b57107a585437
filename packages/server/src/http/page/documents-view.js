import { announce, button, byId, element } from './element.js'
import { say, write } from './language.js'
import { refusalNode } from './refusal-view.js'
import { createUploads } from './upload-view.js'

/** @typedef {import('./api.js').Collection} Collection */
/** @typedef {import('./api.js').StoredDocument} StoredDocument */
/** @typedef {(document: StoredDocument) => void} OpenDocument */

/** Where the page puts files. The name is stored, so it does not follow the language. */
const OWN_COLLECTION = 'Documents'

/**
 * @param {StoredDocument} document
 * @param {{ open: OpenDocument, remove: () => Promise<unknown>, isNew: boolean }} actions
 */
function documentRow(document, { open, remove, isNew }) {
  const { title, passages, acl } = document
  let isSure = false
  const opener = button('title', () => open(document))
  opener.append(title)
  write(opener, 'document.open', { title }, 'data-words-label')
  const remover = button('quiet remove', () => {
    if (isSure) void removeRow()
    isSure = true
    write(remover, 'document.remove.sure', { title })
    write(remover, 'document.remove.sure', { title }, 'data-words-label')
  })
  const calm = () => {
    isSure = false
    write(remover, 'document.remove')
    write(remover, 'document.remove.label', { title }, 'data-words-label')
  }
  remover.addEventListener('blur', calm)
  calm()
  const size = write(element('span', 'soft'), isNew ? 'upload.ready' : 'document.passages', {
    count: passages,
  })
  // Told only to who may change it; null for everybody.
  const limits = acl ? [write(element('span', 'soft'), 'document.limited')] : []
  const row = element('li', 'document', [element('div', 'line', [opener, size, ...limits, remover])])

  async function removeRow() {
    try {
      await remove()
      row.remove()
      announce(say('document.removed', { title }))
    } catch (error) {
      row.append(refusalNode(error))
    }
  }
  return row
}

/**
 * The documents of one collection, a page at a time.
 * @param {import('./api.js').Api} api
 * @param {Collection} collection
 * @param {OpenDocument} open
 */
function createShelf(api, collection, open) {
  const list = element('ul', 'documents')
  const more = write(
    button('quiet', () => void load()),
    'documents.more',
  )
  /** @type {string | null} */
  let after = null
  more.hidden = true

  /** @param {StoredDocument} document @param {boolean} isNew */
  const row = (document, isNew) =>
    documentRow(document, { open, remove: () => api.removeDocument(document), isNew })

  async function load() {
    const page = await api.documents(collection.id, after)
    after = page.next
    more.hidden = after === null
    list.append(...page.data.map((document) => row(document, false)))
  }

  return {
    parts: [list, more],
    load,
    /** @param {readonly StoredDocument[]} documents */
    add(documents) {
      for (const document of documents) {
        const old = [...list.children].find((child) => child.getAttribute('data-document') === document.id)
        old?.remove()
        const fresh = row(document, true)
        fresh.setAttribute('data-document', document.id)
        list.prepend(fresh)
      }
    },
  }
}

/**
 * The drop zone, the files on their way and the documents that are in.
 * @param {import('./api.js').Api} api
 * @param {OpenDocument} open
 */
export function wireDocuments(api, open) {
  const zone = byId('drop', HTMLElement)
  const picker = byId('files', HTMLInputElement)
  const shelves = byId('shelves', HTMLElement)
  const none = byId('documents-none', HTMLElement)
  /** @type {Promise<{ id: string, shelf: ReturnType<typeof createShelf> }> | null} */
  let own = null

  /** @param {Collection} collection */
  function ownShelf(collection) {
    const shelf = createShelf(api, collection, open)
    shelves.prepend(...shelf.parts)
    return { id: collection.id, shelf }
  }

  /** Asked for once; a failure is asked again with the next file. */
  function ensureOwn() {
    own ??= createOrFind().catch((error) => {
      own = null
      throw error
    })
    return own
  }

  async function createOrFind() {
    const found = (await api.collections()).find(({ name }) => name === OWN_COLLECTION)
    return ownShelf(found ?? (await api.createCollection(OWN_COLLECTION)))
  }

  const take = createUploads({
    list: byId('uploads', HTMLElement),
    async store(file, onProgress) {
      return api.upload((await ensureOwn()).id, file, onProgress)
    },
    async onReady(documents) {
      none.hidden = true
      ;(await ensureOwn()).shelf.add(documents)
    },
  })

  /** @param {Collection} collection */
  function otherShelf(collection) {
    const shelf = createShelf(api, collection, open)
    const summary = element('summary', '', [
      element('span', '', [collection.name]),
      ' ',
      write(element('span', 'soft'), 'documents.count', { count: collection.documents }),
    ])
    const node = element('details', 'shelf', [summary, ...shelf.parts])
    node.addEventListener('toggle', () => void shelf.load(), { once: true })
    return node
  }

  wireDrop(zone, take)
  picker.addEventListener('change', () => {
    take(picker.files ?? [])
    picker.value = ''
  })

  return {
    async load() {
      own = null
      shelves.replaceChildren()
      try {
        const collections = await api.collections()
        shelves.append(...collections.filter(({ name }) => name !== OWN_COLLECTION).map(otherShelf))
        const mine = collections.find(({ name }) => name === OWN_COLLECTION)
        none.hidden = mine !== undefined && mine.documents > 0
        if (mine === undefined) return
        const shown = ownShelf(mine)
        own = Promise.resolve(shown)
        await shown.shelf.load()
      } catch (error) {
        shelves.replaceChildren(write(element('p'), 'documents.failed'), refusalNode(error))
      }
    },
    /** Nothing of the last person stays on the page. */
    forget() {
      own = null
      shelves.replaceChildren()
      byId('uploads', HTMLElement).replaceChildren()
    },
  }
}

/**
 * Files may be dropped anywhere on the page; the zone shows that they are welcome.
 * @param {HTMLElement} zone
 * @param {(files: Iterable<File>) => void} take
 */
function wireDrop(zone, take) {
  const isOpen = () => zone.checkVisibility()
  addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    zone.classList.toggle('over', isOpen())
  })
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) zone.classList.remove('over')
  })
  addEventListener('drop', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    // Without this the browser would leave the page and open the file.
    event.preventDefault()
    zone.classList.remove('over')
    if (isOpen()) take(event.dataTransfer.files)
  })
}
