import { z } from 'zod'

const params = z.record(z.string(), z.string())

/**
 * A sentence of the platform as screens say it in their own language: which one, and what it names. Beside it the
 * sentence stands in English.
 */
export const remark = z.object({ code: z.string(), params })
export type Remark = z.output<typeof remark>

/** In English, by code. */
type Sentences = Readonly<Record<string, string>>

// Object.keys does not know that nothing else is in it.
export const codesOf = <Of extends Sentences>(sentences: Of) =>
  Object.keys(sentences) as (keyof Of & string)[]

/** One of those whose sentences are known. */
export const remarkOf = <Of extends Sentences>(sentences: Of) =>
  remark.extend({ code: z.enum(codesOf(sentences)) })

/** The names in braces of a sentence. */
export type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never
export type Named<Sentence extends string> = Readonly<Record<NamesIn<Sentence>, string>>

/** The arguments of what says a sentence: the things that it names, where it names any. */
export type Naming<Sentence extends string> = [NamesIn<Sentence>] extends [never]
  ? []
  : [named: Named<Sentence>]

/** A remark with its sentence. */
export interface Said<Code extends string> extends Remark {
  readonly code: Code
  /** In English. */
  readonly message: string
}

/** The sentence with what it names in the place of the braces. */
export const filled = (sentence: string, named: Remark['params']): string =>
  sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => named[name] ?? whole)

/** Says one of the sentences by its code. */
export const sayingOf =
  <Of extends Sentences>(sentences: Of) =>
  <Code extends keyof Of & string>(code: Code, ...named: Naming<Of[Code]>): Said<keyof Of & string> => {
    const params: Remark['params'] = named[0] ?? {}
    return { code, params, message: filled(sentences[code] ?? code, params) }
  }
