import { defineWords } from '../../language/words.ts'

export const knowledgeWords = defineWords('knowledge', {
  title: { en: 'Knowledge', zh: '知识库' },
  collections: { en: 'Collections', zh: '知识集' },
  new: { en: 'New collection', zh: '新建知识集' },
  name: { en: 'Name', zh: '名称' },
  create: { en: 'Create', zh: '创建' },
  documents: { en: '{count, plural, one {# document} other {# documents}}', zh: '{count} 份文档' },
})
