import { defineWords } from '../../language/words.ts'

export const kindWords = defineWords('source-kind', {
  folder: { en: 'Folder on the server', zh: '服务器上的文件夹' },
  web: { en: 'Website', zh: '网站' },
  git: { en: 'Git repository', zh: 'Git 仓库' },
  webdav: { en: 'WebDAV (Nextcloud, …)', zh: 'WebDAV（Nextcloud 等）' },
  s3: { en: 'Object storage (S3)', zh: '对象存储（S3）' },
  imap: { en: 'Mailbox (IMAP)', zh: '邮箱（IMAP）' },
  rest: { en: 'List in JSON (REST)', zh: 'JSON 列表（REST）' },
})

/** By the code of the refusal. */
export const sourceTroubles = defineWords('source-troubles', {
  upstream_down: { en: 'The source does not answer.', zh: '来源没有响应。' },
  upstream_timeout: { en: 'The source took too long.', zh: '来源用时过长。' },
  upstream_broke: {
    en: 'What the source answered cannot be read, or broke off.',
    zh: '来源的响应无法读取，或中途中断。',
  },
  upstream_refused: {
    en: 'The source refused it. Check what it is opened with, and what that may read.',
    zh: '来源拒绝了请求。请检查所用的凭据及其权限。',
  },
  not_found: { en: 'It is not there any more.', zh: '它已不在来源中。' },
  not_allowed: { en: 'It may not be read here.', zh: '不允许在这里读取。' },
  too_large: { en: 'It is too large to be read.', zh: '内容太大，无法读取。' },
})
export const isTrouble = (code: string): code is keyof typeof sourceTroubles.texts =>
  code in sourceTroubles.texts
