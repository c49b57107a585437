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
