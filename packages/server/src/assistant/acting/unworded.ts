const MATERIAL = /⟦material ([0-9a-f]{8}) · \w+(?: · \[(\d{1,6})\])?⟧\n([\s\S]*?)\n⟦end \1⟧/g
/** The line above a piece of material with a number. */
const TITLE = /^(.*) \(document "(?:[^"\\]|\\.)*"\)\n\n/

/** A tool's result as people read it: without the marks between which a language model finds what others wrote. */
export function unworded(text: string): string {
  return text
    .replaceAll(MATERIAL, (_whole, _tag, n: string | undefined, inside: string) => {
      if (n === undefined) return inside.trim()
      const title = TITLE.exec(inside)
      const words = (title ? inside.slice(title[0].length) : inside).trim()
      return title ? `${words} [${n}]\n— ${title[1] ?? ''}` : `${words} [${n}]`
    })
    .trim()
}
