// A detector that knows the names in a file beside it, one a line: `site-names.txt`.
import { readFileSync } from 'node:fs'

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

export function createDetector(file = new URL('site-names.txt', import.meta.url)) {
  const names = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    // Of two that begin alike the longer one is meant.
    .sort((a, b) => b.length - a.length)
  if (names.length === 0) throw new Error('the list is empty')
  const pattern = new RegExp(names.map(escaped).join('|'), 'giu')
  return {
    id: 'word-list',
    detect: (text) =>
      [...text.matchAll(pattern)].map(({ index, 0: name }) => ({
        start: index,
        end: index + name.length,
        type: 'LOCATION',
        score: 0.9,
      })),
  }
}
