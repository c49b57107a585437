import type { ChineseForms } from './known-forms.ts'

/** What Chinese names are called otherwise, loaded with the first of them: its tables take megabytes. */
export function createLazyChineseForms(): () => Promise<ChineseForms> {
  let forms: Promise<ChineseForms> | null = null
  return () => {
    forms ??= load()
    return forms
  }
}

async function load(): Promise<ChineseForms> {
  const { Called } = await import('../names/zh/called.ts')
  const { readLexicon } = await import('../names/zh/lexicon.ts')
  return new Called(readLexicon())
}
