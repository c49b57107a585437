import { defineWords } from '../../language/words.ts'

export const chatWords = defineWords('chat', {
  title: { en: 'Chat', zh: '对话' },
  untitled: { en: 'New conversation', zh: '新对话' },
  temporary: { en: 'Temporary', zh: '临时' },
  temporaryNote: {
    en: 'This conversation is temporary: it stands in no list, no search finds it, and it is deleted by itself. Its address leads back to it until then.',
    zh: '这是临时对话：不出现在列表中，搜索不到，并会自动删除。在此之前可通过其网址返回。',
  },
  greeting: { en: 'What would you like to know?', zh: '您想了解什么？' },
  lead: {
    en: 'Every answer shows where it was made, what it stands on, and what left the building.',
    zh: '每个回答都会标明由谁处理、依据何在，以及哪些内容离开了本地。',
  },
  sending: { en: 'Sending …', zh: '正在发送…' },
  lock: { en: 'What locks this conversation', zh: '此对话如何加密' },
  files: { en: 'Files and documents of this conversation', zh: '此对话的文件与文稿' },
  more: { en: 'More about this conversation', zh: '此对话的更多操作' },
  rename: { en: 'Rename the conversation', zh: '重命名对话' },
  renameAction: { en: 'Rename', zh: '重命名' },
  name: { en: 'Name', zh: '名称' },
  suggestions: { en: 'To begin with', zh: '从这里开始' },
  s1: { en: 'How do I create an API key?', zh: '如何创建 API 密钥？' },
  s2: { en: 'What leaves the building?', zh: '哪些数据会离开本地？' },
  s3: { en: 'How are conversations encrypted?', zh: '对话是如何加密的？' },
  s4: { en: 'How do I add documents?', zh: '如何添加文档？' },
  fromGuide: { en: 'From the guide, without any model', zh: '引自使用指南，不需要模型' },
})
