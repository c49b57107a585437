import { stripTypeScriptTypes } from 'node:module'
import type { Program } from 'acorn'
import { parse } from 'acorn'

export type Parsed =
  | { readonly ok: true; readonly program: Program }
  /** Why it cannot be read, and where. */
  | { readonly ok: false; readonly why: string; readonly offset: number }

const OPTIONS = {
  ecmaVersion: 'latest',
  allowHashBang: true,
  allowAwaitOutsideFunction: true,
  allowReturnOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowSuperOutsideMethod: true,
} as const

/** JavaScript or TypeScript as a tree. Types are blanked, so that every place stays where it was. */
export function parseScript(path: string, text: string): Parsed {
  let code = text
  if (/\.[cm]?tsx?$/i.test(path)) {
    try {
      code = stripTypeScriptTypes(text, { mode: 'strip' })
    } catch (error) {
      // Enumerations and namespaces are no types; what they become stands elsewhere, but it can be judged.
      try {
        code = stripTypeScriptTypes(text, { mode: 'transform' })
      } catch {
        return { ok: false, why: firstLine(error), offset: 0 }
      }
    }
  }
  try {
    return { ok: true, program: parse(code, { ...OPTIONS, sourceType: 'module' }) }
  } catch (error) {
    try {
      // Old scripts use words that modules may not.
      return { ok: true, program: parse(code, { ...OPTIONS, sourceType: 'script' }) }
    } catch {
      const offset = error instanceof SyntaxError && 'pos' in error ? Number(error.pos) : 0
      return { ok: false, why: firstLine(error), offset }
    }
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)).slice(0, 120)
