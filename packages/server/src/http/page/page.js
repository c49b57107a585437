import { createApi } from './api.js'
import { wireAsk } from './ask-view.js'
import { wireDocuments } from './documents-view.js'
import { byId } from './element.js'
import { wireElsewhere } from './elsewhere-view.js'
import { wireEntry } from './entry-view.js'
import { startLanguage, write } from './language.js'
import { createPassageView } from './passage-view.js'
import { Refusal } from './refusal.js'
import { refusalNode } from './refusal-view.js'

/** @typedef {'entry' | 'unclaimed' | 'unreachable' | 'home'} View */

/** @type {readonly View[]} */
const VIEWS = ['entry', 'unclaimed', 'unreachable', 'home']
/** What takes the focus when a view opens. @type {Readonly<Record<View, string>>} */
const FIRST = {
  entry: 'name',
  unclaimed: 'unclaimed-title',
  unreachable: 'unreachable-title',
  home: 'question',
}

/** @typedef {{ way: 'claim' | 'join', token: string, tenant: string }} Link */

/** The one-time link of the address, which forgets it at once: it must not stay in the history. @returns {Link | null} */
function takeLink() {
  const words = new URLSearchParams(location.hash.slice(1))
  for (const way of /** @type {const} */ (['claim', 'join'])) {
    const token = words.get(way) ?? ''
    if (token === '') continue
    history.replaceState(null, '', location.pathname)
    return { way, token, tenant: words.get('tenant') ?? '' }
  }
  return null
}

/** @param {View} view */
function show(view) {
  for (const name of VIEWS) byId(name, HTMLElement).hidden = name !== view
  byId('sign-out', HTMLElement).hidden = view !== 'home'
  byId(FIRST[view], HTMLElement).focus()
}

/** Why somebody was sent back who signed in elsewhere: a code, which leads to words of ours. @returns {string | null} */
function takeRefusal() {
  const code = new URLSearchParams(location.hash.slice(1)).get('refused')
  if (code === null) return null
  history.replaceState(null, '', location.pathname)
  return /^[a-z_]{1,40}$/.test(code) ? code : 'unknown'
}

const firstLink = takeLink()
const firstRefusal = takeRefusal()
startLanguage(byId('language', HTMLElement))

const api = createApi({ onSignedOut: () => leave('sign-in.ended') })
const entry = wireEntry(api, enter)
const showElsewhere = wireElsewhere(api)
const openPassage = createPassageView(api)
const ask = wireAsk(api, (citation) => void openPassage(citation))
const documents = wireDocuments(api, (document) => {
  void openPassage({ ...document, documentId: document.id, span: { start: 0, end: 0 } })
})

function enter() {
  show('home')
  void documents.load()
}

/** @param {string | null} reason why the person stands outside, as a key of the dictionary */
function leave(reason) {
  byId('passage', HTMLDialogElement).close()
  ask.forget()
  documents.forget()
  entry.signIn(reason)
  show('entry')
}

/** @param {Link | null} link */
async function open(link) {
  try {
    const { version, claimed } = await api.platform()
    write(byId('footer', HTMLElement), 'footer', { version })
    if (!claimed) {
      if (link?.way !== 'claim') return show('unclaimed')
      entry.open(link)
      return show('entry')
    }
    if (link?.way === 'join') {
      entry.open(link)
      return show('entry')
    }
    const session = await api.session()
    if (session !== null) return enter()
    leave(link === null ? null : 'claim.used')
    if (firstRefusal !== null) entry.refuse(new Refusal(firstRefusal, '', 0))
    await showElsewhere()
  } catch (error) {
    lament(error)
  }
}

/** @param {unknown} error */
function lament(error) {
  byId('unreachable-reason', HTMLElement).replaceChildren(refusalNode(error))
  show('unreachable')
}

byId('sign-out', HTMLElement).addEventListener('click', async () => {
  try {
    await api.signOut()
    leave(null)
  } catch (error) {
    lament(error)
  }
})
byId('unreachable-again', HTMLElement).addEventListener('click', () => void open(firstLink))
addEventListener('hashchange', () => {
  const link = takeLink()
  if (link !== null) void open(link)
})
void open(firstLink)
