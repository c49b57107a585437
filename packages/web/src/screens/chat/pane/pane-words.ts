import { defineWords } from '../../../language/words.ts'

export const paneWords = defineWords('pane', {
  pane: { en: 'Beside the conversation', zh: '旁侧阅读' },
  resize: { en: 'Width of the pane', zh: '窗格宽度' },
  close: { en: 'Close the pane', zh: '关闭窗格' },
  previous: { en: 'Previous citation', zh: '上一处引用' },
  next: { en: 'Next citation', zh: '下一处引用' },
  of: { en: 'Citation {n} of {count}', zh: '第 {n} 处引用，共 {count} 处' },
  page: { en: 'Page {page}', zh: '第 {page} 页' },
  cells: { en: 'Cells {cells}', zh: '单元格 {cells}' },
  mayRead: {
    en: 'You see this document because you may read it; others see it only if they may.',
    zh: '您能看到此文档，是因为您有读取权限；其他人只有在获得权限后才能看到。',
  },
  own: {
    en: 'A file of this conversation: nobody but you finds it.',
    zh: '本对话的文件：除您以外没有人能找到它。',
  },
  text: { en: 'Text of {title}', zh: '{title} 的文本' },
  gone: {
    en: 'The document is gone, or you may no longer read it.',
    zh: '此文档已不存在，或者您不再有读取权限。',
  },
})
