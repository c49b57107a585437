import { createApi } from './api.js'
import { wireAsk } from './ask-view.js'
import { takeTicket, wireAuthorise } from './authorise-view.js'
import { wireDocuments } from './documents-view.js'
import { byId } from './element.js'
import { wireElsewhere } from './elsewhere-view.js'
import { wireEntry } from './entry-view.js'
import { startLanguage, write } from './language.js'
import { createPassageView } from './passage-view.js'
import { Refusal } from './refusal.js'
import { refusalNode } from './refusal-view.js'
import { wireRooms } from './rooms.js'

/** @typedef {'entry' | 'unclaimed' | 'unreachable' | 'authorise' | 'home' | 'room'} View */

/** @type {readonly View[]} */
const VIEWS = ['entry', 'unclaimed', 'unreachable', 'authorise', 'home', 'room']
/** What takes the focus when a view opens. @type {Readonly<Record<View, string>>} */
const FIRST = {
  entry: 'name',
  unclaimed: 'unclaimed-title',
  unreachable: 'unreachable-title',
  authorise: 'authorise',
  home: 'question',
  room: 'room',
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
  const isIn = view === 'home' || view === 'room'
  for (const id of ['sign-out', 'rooms']) byId(id, HTMLElement).hidden = !isIn
  byId(FIRST[view], HTMLElement).focus()
}

/**
 * What became of a way to a provider elsewhere; of a refusal its code, which leads to words of ours.
 * @returns {import('./rooms.js').Notice | null}
 */
function takeNotice() {
  const words = new URLSearchParams(location.hash.slice(1))
  const code = words.get('refused')
  if (code === null && !words.has('linked')) return null
  history.replaceState(null, '', location.pathname)
  if (code === null) return { kind: 'linked' }
  return { kind: 'refused', error: new Refusal(/^[a-z_]{1,40}$/.test(code) ? code : 'unknown', '', 0) }
}

const firstLink = takeLink()
const firstNotice = takeNotice()
startLanguage(byId('language', HTMLElement))

const api = createApi({ onSignedOut: () => void standOutside('sign-in.ended').catch(lament) })
const entry = wireEntry(api, () => enter(null))
const authorise = wireAuthorise(api, {
  show: () => show('authorise'),
  home: () => enter(null),
  again: (reason) => signOut(reason),
})
const showElsewhere = wireElsewhere(api)
const openPassage = createPassageView(api)
const ask = wireAsk(api, (citation) => void openPassage(citation))
const documents = wireDocuments(api, (document) => {
  void openPassage({ ...document, documentId: document.id, span: { start: 0, end: 0 } })
})

const rooms = wireRooms(api, show)

/** @param {import('./rooms.js').Notice | null} notice */
function enter(notice) {
  const ticket = takeTicket()
  if (ticket !== null) {
    void authorise(ticket)
    return
  }
  rooms.enter(notice)
  const hasDocuments = api.person().powers.includes('knowledge')
  byId('shelf', HTMLElement).hidden = !hasDocuments
  if (hasDocuments) void documents.load()
}

/** @param {string | null} reason why the person stands outside, as a key of the dictionary */
function leave(reason) {
  byId('passage', HTMLDialogElement).close()
  ask.forget()
  documents.forget()
  rooms.forget()
  entry.signIn(reason)
  show('entry')
}

/** @param {string | null} reason as `leave` */
async function standOutside(reason) {
  leave(reason)
  await showElsewhere()
}

/** Why somebody who comes is to sign in. @param {Link | null} link */
function reasonOf(link) {
  if (link !== null) return 'claim.used'
  return takeTicket() === null ? null : 'authorise.first'
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
    if (session !== null) return enter(firstNotice)
    await standOutside(reasonOf(link))
    if (firstNotice?.kind === 'refused') entry.refuse(firstNotice.error)
  } catch (error) {
    lament(error)
  }
}

/** @param {unknown} error */
function lament(error) {
  byId('unreachable-reason', HTMLElement).replaceChildren(refusalNode(error))
  show('unreachable')
}

/** @param {string | null} reason as `leave` */
async function signOut(reason) {
  await api.signOut()
  history.replaceState(null, '', location.pathname)
  await standOutside(reason)
}

byId('sign-out', HTMLElement).addEventListener('click', () => void signOut(null).catch(lament))
byId('unreachable-again', HTMLElement).addEventListener('click', () => void open(firstLink))
addEventListener('hashchange', () => {
  const link = takeLink()
  if (link !== null || location.hash.startsWith('#authorise=')) void open(link)
  else rooms.go()
})
void open(firstLink)
