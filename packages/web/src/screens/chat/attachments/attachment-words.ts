import { defineWords } from '../../../language/words.ts'

export const attachmentWords = defineWords('attachments', {
  reading: { en: 'is being read', zh: '正在读取' },
  ready: { en: 'ready', zh: '已就绪' },
  partly: { en: 'read in part', zh: '只读取了一部分' },
  failed: { en: 'could not be read', zh: '无法读取' },
  gone: { en: 'deleted', zh: '已删除' },
  sent: { en: 'Files of this message', zh: '此消息的文件' },
  none: { en: 'No files', zh: '没有文件' },
  noneLead: {
    en: 'What you attach to a message is read here on the server, encrypted, and found by nobody else.',
    zh: '您附加到消息的文件在服务器上读取并加密保存，其他人无法找到。',
  },
  open: { en: 'Read what was read of {name}', zh: '查看从 {name} 读到的文本' },
  download: { en: 'Download {name}', zh: '下载 {name}' },
  delete: { en: 'Delete {name}', zh: '删除 {name}' },
  remove: { en: 'Take {name} away', zh: '移除 {name}' },
  deleted: {
    en: '{name} is deleted; messages keep its name.',
    zh: '已删除 {name}，消息中仍保留其名称。',
  },
  letters: {
    en: '{count, plural, one {# character} other {# characters}} read',
    zh: '已读 {count} 个字符',
  },
})
