import type { Text } from '../../language/words.ts'

/** A screen that can be gone to by its name. */
export interface Place {
  readonly to: string
  readonly title: Text
  /** Other words that somebody may look for, in both languages. */
  readonly words: string
  /** It is offered to whoever has one of these; to everybody without any. */
  readonly powers?: readonly string[]
}

/** Every address of the app that needs no id. A screen that is not in here is found by nobody who searches. */
export const PLACES: readonly Place[] = [
  {
    to: '/chat',
    title: { en: 'Chat', zh: '对话' },
    words: 'conversation ask question message 聊天 提问 会话',
    powers: ['conversations'],
  },
  {
    to: '/chat/templates',
    title: { en: 'Prompt templates', zh: '提示词模板' },
    words: 'prompt snippet variables reuse 提示 模板 变量 复用',
    powers: ['conversations'],
  },
  {
    to: '/chat/memories',
    title: { en: 'Memory', zh: '记忆' },
    words: 'remember personalise custom instructions about me 记住 个性化 关于我',
    powers: ['conversations'],
  },
  {
    to: '/chat/import',
    title: { en: 'Import conversations', zh: '导入对话' },
    words: 'chatgpt openai open webui librechat export migrate move 迁移 导出 搬家',
    powers: ['conversations'],
  },
  {
    to: '/knowledge',
    title: { en: 'Knowledge', zh: '知识库' },
    words: 'documents files collections sources upload 文档 文件 资料 上传',
    powers: ['knowledge'],
  },
  {
    to: '/skills',
    title: { en: 'Skills', zh: '技能' },
    words: 'tools plugins actions mcp 工具 插件 操作',
    powers: ['skills'],
  },
  {
    to: '/trust',
    title: { en: 'Trust', zh: '信任' },
    words: 'privacy what left the building egress masked 隐私 外发 脱敏 出境',
  },
  {
    to: '/admin',
    title: { en: 'Administration', zh: '管理' },
    words: 'settings health targets routes users audit 设置 健康 目标 路由 用户 审计',
    powers: ['settings', 'people', 'audit', 'keys', 'tenants', 'requests'],
  },
  {
    to: '/account',
    title: { en: 'Account and sign-in', zh: '账户与登录' },
    words:
      'password passkey authenticator api key sessions language look 密码 通行密钥 验证器 密钥 会话 语言 外观',
  },
  {
    to: '/start',
    title: { en: 'First steps', zh: '入门' },
    words: 'start tour welcome setup 开始 引导 欢迎 设置',
  },
]
