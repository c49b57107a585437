import type { Scaffold } from './head.ts'

/** Code that computes, in the isolate: no files, no network but what is declared. */
export const code: Scaffold = {
  manifest: `code: { language: js, entry: main.js }
operations:
  - id: add_up
    description: Adds up amounts and says their average.
    examples:
      en: ['add up {{amounts}}']
      zh: ['合计 {{amounts}}']
    input:
      amounts: { type: array, items: { type: number }, minItems: 1, maxItems: 1000 }
    output:
      type: object
      required: [sum, average]
      properties: { sum: { type: number }, average: { type: number } }
    effect: read
tests:
  - name: three amounts
    operation: add_up
    input: { amounts: [1, 2, 6] }
    expect: { sum: 9, average: 3 }
  - name: nothing cannot be added up
    operation: add_up
    input: { amounts: [] }
    expectDenied: true
`,
  files: {
    'main.js': `/** One function for each operation: its input, and what the skill may ask its host for (fetch, storage, model, log). */
export function add_up({ amounts }) {
  const sum = amounts.reduce((total, one) => total + one, 0)
  return { sum, average: sum / amounts.length }
}
`,
  },
}
