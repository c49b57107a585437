import { useCallback, useSyncExternalStore } from 'react'
import type { Language } from './language.ts'
import { i18n, language } from './language.ts'

/** One text in both languages, in ICU MessageFormat: `{count, plural, one {# file} other {# files}}`. */
export interface Text {
  readonly en: string
  readonly zh: string
}

export type Values = Readonly<Record<string, string | number | Date>>

/** The words of one part of the app. A text that one of the languages lacks does not compile. */
export interface Words<Key extends string> {
  readonly name: string
  readonly texts: Readonly<Record<Key, Text>>
}

/** `name` is unique in the app. */
export function defineWords<const Key extends string>(
  name: string,
  texts: Readonly<Record<Key, Text>>,
): Words<Key> {
  const entries = Object.entries<Text>(texts)
  i18n.load({
    en: Object.fromEntries(entries.map(([key, text]) => [`${name}.${key}`, text.en])),
    'zh-CN': Object.fromEntries(entries.map(([key, text]) => [`${name}.${key}`, text.zh])),
  })
  return { name, texts }
}

/** Whether there are words here for what a server calls so; a newer one may call things otherwise. */
export const hasWords = <Key extends string>({ texts }: Words<Key>, key: string): key is Key =>
  Object.hasOwn(texts, key)

export type Say<Key extends string> = (key: Key, values?: Values) => string

/** For what is said outside of a component; a component uses `useWords`, which follows the language. */
export const say = <Key extends string>(words: Words<Key>, key: Key, values?: Values): string =>
  i18n._(`${words.name}.${key}`, values)

const subscribe = (changed: () => void): (() => void) => i18n.on('change', changed)

/** The language of the screen; whoever uses it is drawn anew when it changes. */
export const useLanguage = (): Language => useSyncExternalStore(subscribe, language)

export function useWords<Key extends string>(words: Words<Key>): Say<Key> {
  const spoken = useLanguage()
  // A new function for each language, so that whatever is memoised by it follows.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useCallback((key, values) => say(words, key, values), [words, spoken])
}
