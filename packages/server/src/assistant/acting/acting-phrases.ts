import type { Language } from '../../knowledge/question.ts'

interface Phrases {
  /** Asks for what a tool still needs. */
  readonly needs: (tool: string, labels: readonly string[]) => string
  readonly result: (tool: string) => string
  readonly empty: string
}

/** What the engine says around tools; every other word is the tool's. */
export const ACTING_PHRASES: Readonly<Record<Language, Phrases>> = {
  en: {
    needs: (tool, labels) => `For “${tool}” I still need: ${labels.join(', ')}. Please tell me.`,
    result: (tool) => `What “${tool}” came back with, word for word; no language model wrote this.`,
    empty: 'It came back with nothing.',
  },
  zh: {
    needs: (tool, labels) => `要执行“${tool}”，还需要：${labels.join('、')}。请告诉我。`,
    result: (tool) => `以下是“${tool}”逐字返回的内容，并非由语言模型写成。`,
    empty: '没有返回任何内容。',
  },
}
