/** The languages that a page is written in. */
export type ReadingLanguage = 'en' | 'zh-CN'

const EN = {
  you: 'You',
  asker: 'Asked',
  assistant: 'Assistant',
  untitled: 'A conversation',
  sources: 'Sources',
  stopped: 'Stopped before its end',
  quoted: 'No language model: quoted from documents',
  place: 'characters',
  zone: { local: 'on this installation', private: 'in the private zone', managed: 'at a managed service' },
  masked: 'values masked before anything left',
  tools: 'Tools',
  files: 'Files',
  artifact: 'Artifact',
  version: 'version',
  unsupported: 'No source says',
  class: 'Class',
  exported: 'Exported from Freehold',
  shared: 'Shared by somebody who uses Freehold. It shows the conversation as it was at that time.',
  until: 'Shown until',
  gone: 'This is not shared, or no longer',
  goneWhy: 'The link may be wrong, its time may be over, or whoever shared it took it back.',
} as const

type Words = {
  readonly [K in keyof typeof EN]: K extends 'zone' ? Record<keyof typeof EN.zone, string> : string
}

export const READING_WORDS: Readonly<Record<ReadingLanguage, Words>> = {
  en: EN,
  'zh-CN': {
    you: '您',
    asker: '提问',
    assistant: '助手',
    untitled: '一段对话',
    sources: '来源',
    stopped: '未答完即被停止',
    quoted: '未连接语言模型：引自文档',
    place: '字符',
    zone: { local: '在本系统内', private: '在私有区', managed: '在托管服务' },
    masked: '个值在外发前已遮盖',
    tools: '工具',
    files: '文件',
    artifact: '文稿',
    version: '版本',
    unsupported: '没有来源支持',
    class: '密级',
    exported: '由 Freehold 导出',
    shared: '由 Freehold 的用户分享，显示的是当时的对话。',
    until: '显示至',
    gone: '此内容未被分享，或已不再分享',
    goneWhy: '链接可能有误、已过期，或已被分享者收回。',
  },
}

/** What a browser asks for, by its wishes in their order (RFC 9110 section 12.5.4). */
export function languageWanted(header: string | undefined): ReadingLanguage {
  const wishes = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((wish) => {
      const [tag = '', ...rest] = wish.trim().toLowerCase().split(';')
      const q = rest.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find((one) => one !== undefined)
      return { tag: tag.trim(), weight: q === undefined ? 1 : Number(q) || 0 }
    })
    .filter(({ tag, weight }) => weight > 0 && /^(?:en|zh)\b/.test(tag))
    .toSorted((a, b) => b.weight - a.weight)
  return wishes[0]?.tag.startsWith('zh') ? 'zh-CN' : 'en'
}
