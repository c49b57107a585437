import type { Language } from '../../knowledge/question.ts'

interface Phrases {
  /** Asks for what a tool still needs: of several things as a form, which is filled in line by line. */
  readonly needs: (tool: string, labels: readonly string[]) => string
  /** What is asked for, with all that it may be. */
  readonly among: (label: string, choices: readonly string[]) => string
  readonly result: (tool: string) => string
  readonly empty: string
}

/** What the engine says around tools; every other word is the tool's. */
export const ACTING_PHRASES: Readonly<Record<Language, Phrases>> = {
  en: {
    needs: (tool, labels) =>
      labels.length === 1
        ? `For “${tool}” I still need: ${labels[0]}. Please tell me.`
        : `For “${tool}” I still need:\n\n${labels.map((label) => `- ${label}:`).join('\n')}\n\nPlease fill in these lines.`,
    among: (label, choices) => `${label} (${choices.join(', ')})`,
    result: (tool) => `What “${tool}” came back with, word for word; no language model wrote this.`,
    empty: 'It came back with nothing.',
  },
  zh: {
    needs: (tool, labels) =>
      labels.length === 1
        ? `要执行“${tool}”，还需要：${labels[0]}。请告诉我。`
        : `要执行“${tool}”，还需要：\n\n${labels.map((label) => `- ${label}：`).join('\n')}\n\n请逐行填写。`,
    among: (label, choices) => `${label}（${choices.join('、')}）`,
    result: (tool) => `以下是“${tool}”逐字返回的内容，并非由语言模型写成。`,
    empty: '没有返回任何内容。',
  },
}
