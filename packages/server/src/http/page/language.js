import { WORDS } from './words.js'

/** @typedef {keyof typeof WORDS} Language */
/** @typedef {Readonly<Record<string, string | number | Date>>} Values */
/** @typedef {Readonly<Record<Language, Readonly<Record<string, string>>>>} Dictionary */

/** @type {Readonly<Record<Language, Language>>} */
const OTHER = { en: 'zh-CN', 'zh-CN': 'en' }
const REMEMBERED = 'freehold.language'
/** Attribute with a word's key → where the word goes. */
const PLACES = [
  ['data-words', null],
  ['data-words-label', 'aria-label'],
  ['data-words-placeholder', 'placeholder'],
]

/** What screens that were fetched later brought along. @type {Record<Language, Record<string, string>>} */
const learnt = { en: {}, 'zh-CN': {} }

/**
 * Adds the words of a screen.
 * @param {Dictionary} dictionary
 */
export function learn(dictionary) {
  for (const language of /** @type {const} */ (['en', 'zh-CN'])) {
    Object.assign(learnt[language], dictionary[language])
  }
}

/**
 * Whether there are words for a key.
 * @param {string} key
 */
export const knows = (key) => key in WORDS.en || key in learnt.en

/**
 * The first language of the list that the page speaks; English when there is none.
 * @param {readonly string[]} wanted BCP 47 tags, best first
 * @returns {Language}
 */
export function chooseLanguage(wanted) {
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return 'zh-CN'
    if (/^en\b/i.test(tag)) return 'en'
  }
  return 'en'
}

/** The reader's own kind of it, which may write times in another way. @param {Language} language */
const dialectOf = (language) =>
  navigator.languages.find((tag) => tag.slice(0, 2).toLowerCase() === language.slice(0, 2)) ?? language

/**
 * The words for a key. With `count` the key's `.one` or `.other` form is taken.
 * @param {Language} language
 * @param {string} key
 * @param {Values} [values]
 */
export function wordsFor(language, key, values = {}) {
  /** @type {Readonly<Record<string, string>>} */
  const dictionary = { ...WORDS[language], ...learnt[language] }
  const count = values.count
  const form = typeof count === 'number' ? `.${new Intl.PluralRules(language).select(count)}` : ''
  const words = dictionary[key + form] ?? dictionary[key]
  if (words === undefined) throw new Error(`no words for ${key}`)
  return words.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name]
    if (value instanceof Date)
      return value.toLocaleString(dialectOf(language), { dateStyle: 'medium', timeStyle: 'short' })
    return typeof value === 'number' ? value.toLocaleString(language) : (value ?? '')
  })
}

/** @type {WeakMap<Element, Record<string, Values>>} */
const valuesOf = new WeakMap()

/** @returns {Language} */
function current() {
  return document.documentElement.lang === 'zh-CN' ? 'zh-CN' : 'en'
}

/**
 * The words for a key in the language that the page shows now.
 * @param {string} key
 * @param {Values} [values]
 */
export function say(key, values) {
  return wordsFor(current(), key, values)
}

/**
 * Writes words into an element so that they follow the language.
 * @template {Element} T
 * @param {T} node
 * @param {string} key
 * @param {Values} [values]
 * @param {'data-words' | 'data-words-label' | 'data-words-placeholder'} [place]
 * @returns {T}
 */
export function write(node, key, values = {}, place = 'data-words') {
  node.setAttribute(place, key)
  valuesOf.set(node, { ...valuesOf.get(node), [place]: values })
  writeAgain(node)
  return node
}

/** @param {Element} node */
function writeAgain(node) {
  for (const [place, attribute] of PLACES) {
    const key = node.getAttribute(String(place))
    if (key === null) continue
    const words = say(key, valuesOf.get(node)?.[String(place)])
    if (attribute === null || attribute === undefined) node.textContent = words
    else node.setAttribute(attribute, words)
  }
}

/** @param {Language} language */
function speak(language) {
  document.documentElement.lang = language
  for (const node of document.querySelectorAll(PLACES.map(([place]) => `[${place}]`).join())) writeAgain(node)
}

/**
 * Speaks the remembered language, otherwise the browser's.
 * @param {HTMLElement} toggle the button that bears the name of the other language
 */
export function startLanguage(toggle) {
  /** @param {Language} language */
  const turn = (language) => {
    toggle.lang = OTHER[language]
    speak(language)
  }
  const remembered = localStorage.getItem(REMEMBERED)
  turn(chooseLanguage(remembered === null ? navigator.languages : [remembered]))
  toggle.addEventListener('click', () => {
    const language = OTHER[current()]
    localStorage.setItem(REMEMBERED, language)
    turn(language)
  })
}
