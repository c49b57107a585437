/** Finds all of a set of words in one pass, however many they are (Aho and Corasick 1975). ASCII case does not matter. */
export interface KeywordAutomaton {
  /** Calls back for each word that ends in the text, in the order of their ends; a longer word before its own tail. */
  scan(text: string, found: (word: number, end: number) => void): void
}

/** By state and class of the next character the next state, and which words end in each state. State 0 is the beginning. */
export interface KeywordMachine {
  readonly next: Uint16Array | Int32Array
  readonly words: readonly (readonly number[])[]
}

interface Trie extends KeywordMachine {
  readonly next: Int32Array
  readonly words: (readonly number[])[]
}

/** Of words whose characters have these classes, below `width`; 0 is the class of all others. */
export const keywordMachine = (
  words: readonly string[],
  classes: Uint8Array,
  width: number,
): KeywordMachine => narrowed(link(plant(words, classes, width), width))

/** States whose numbers fit into 16 bits. */
const MOST_NARROW = 0x1_00_00

const NONE: readonly number[] = []

/** Half of megabytes, which stay and which each text is read through; in most states no word ends. */
const narrowed = ({ next, words }: KeywordMachine): KeywordMachine => ({
  next: words.length <= MOST_NARROW ? Uint16Array.from(next) : next,
  words: words.map((ends) => (ends.length === 0 ? NONE : ends)),
})

/** Words in lower case; a hit names the word by its index. */
export function createKeywordAutomaton(words: readonly string[]): KeywordAutomaton {
  const classes = classesOf(words)
  const width = 1 + Math.max(...classes)
  const { next, words: ends } = keywordMachine(words, classes, width)
  const hits = Uint8Array.from(ends, (list) => (list.length > 0 ? 1 : 0))
  return {
    scan(text, found) {
      let state = 0
      for (let at = 0; at < text.length; at += 1) {
        state = next[state * width + (classes[text.charCodeAt(at)] ?? 0)] ?? 0
        if (hits[state] === 1) for (const word of ends[state] ?? []) found(word, at + 1)
      }
    },
  }
}

/** Each character that occurs in a word has a class; class 0 is all the others, which keeps the table small. */
function classesOf(words: readonly string[]): Uint8Array {
  const classes = new Uint8Array(0x1_00_00)
  let count = 0
  for (const letter of words.join('')) {
    const code = letter.charCodeAt(0)
    if (classes[code] !== 0) continue
    count += 1
    classes[code] = count
    const upper = letter.toUpperCase()
    if (upper.length === 1 && code < 0x80) classes[upper.charCodeAt(0)] = count
  }
  return classes
}

function plant(words: readonly string[], classes: Uint8Array, width: number): Trie {
  const size = 1 + words.reduce((sum, word) => sum + word.length, 0)
  const next = new Int32Array(size * width).fill(-1)
  const ends: number[][] = [[]]
  words.forEach((word, index) => {
    let state = 0
    for (let at = 0; at < word.length; at += 1) {
      const edge = state * width + (classes[word.charCodeAt(at)] ?? 0)
      if (next[edge] === -1) next[edge] = ends.push([]) - 1
      state = next[edge] ?? 0
    }
    ends[state]?.push(index)
  })
  return { next: next.slice(0, ends.length * width), words: ends }
}

/** Makes of the trie a machine without a way back: where a word breaks off, the next state is that of its longest tail. */
function link({ next, words }: Trie, width: number): KeywordMachine {
  const tails = new Int32Array(words.length)
  const queue = [0]
  for (const state of queue) {
    const tail = tails[state] ?? 0
    if (state !== 0) words[state] = [...(words[state] ?? []), ...(words[tail] ?? [])]
    for (let letter = 0; letter < width; letter += 1) {
      const edge = state * width + letter
      const child = next[edge] ?? -1
      const beside = state === 0 ? 0 : (next[tail * width + letter] ?? 0)
      if (child === -1) {
        next[edge] = beside
      } else {
        tails[child] = beside
        queue.push(child)
      }
    }
  }
  return { next, words }
}
