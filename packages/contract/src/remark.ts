import { z } from 'zod'

const params = z.record(z.string(), z.string())

/**
 * A sentence of the platform as screens say it in their own language: which one, and what it names. Beside it the
 * sentence stands in English.
 */
export const remark = z.object({ code: z.string(), params })
export type Remark = z.output<typeof remark>

/** One of a list whose codes are known. */
export const remarkOf = <const Code extends string>(codes: readonly Code[]) =>
  remark.extend({ code: z.enum(codes) })

/** The names in braces of a sentence. */
export type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never
export type Named<Sentence extends string> = Readonly<Record<NamesIn<Sentence>, string>>

/** The sentence with what it names in the place of the braces. */
export const filled = (sentence: string, named: Remark['params']): string =>
  sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => named[name] ?? whole)
