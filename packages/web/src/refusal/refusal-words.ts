import { FreeholdError } from '@freehold/sdk'
import { defineWords, say } from '../language/words.ts'

/** What would help when the platform refuses with a code, or the way to it fails. */
export const refusals = defineWords('refusal', {
  unknown: {
    en: 'Try again. If it happens again, ask whoever runs this Freehold.',
    zh: '请重试。如果再次出现，请联系管理这个 Freehold 的人。',
  },
  unreachable: {
    en: 'Freehold does not answer. Check that it is still running, then try again.',
    zh: 'Freehold 没有响应。请确认它仍在运行，然后重试。',
  },
  wrong_claim: {
    en: 'The link is not valid, or it was used, withdrawn or is too old. Open the newest one.',
    zh: '链接无效，或者已被使用、撤回或过期。请使用最新的链接。',
  },
  second_factor: {
    en: 'The code does not fit. Enter the one your authenticator app shows now.',
    zh: '验证码不对。请输入身份验证器应用现在显示的验证码。',
  },
  weak_password: {
    en: 'This password would be guessed. Four or five words that do not belong together make a good one.',
    zh: '这个密码太容易被猜到。用四五个互不相干的词组成的密码就很好。',
  },
  conflict: {
    en: 'Somebody has this name already. Choose another.',
    zh: '已有人使用这个名称，请换一个。',
  },
  already_claimed: {
    en: 'Someone has already claimed this Freehold. Sign in instead.',
    zh: '这个 Freehold 已被认领，请直接登录。',
  },
  wrong_login: {
    en: 'Name or password is wrong. Passwords distinguish capital letters.',
    zh: '名称或密码不正确。密码区分大小写。',
  },
  federated_login: {
    en: 'Signing in elsewhere did not work. Try again, or sign in here.',
    zh: '通过外部身份登录没有成功。请重试，或在这里登录。',
  },
  unknown_application: {
    en: 'An application sent you here in a way that is not known here. Go back to it, or tell whoever runs it.',
    zh: '一个应用以本系统不认识的方式把您带到这里。请返回该应用，或告知其管理者。',
  },
  expired_request: {
    en: 'This was not begun in this browser, or took too long. Go back to the application and begin again.',
    zh: '这次登录不是在此浏览器中开始的，或耗时过长。请返回该应用重新开始。',
  },
  no_account: {
    en: 'You have no open account here. Ask whoever runs this Freehold.',
    zh: '您在这里没有可用的账户。请联系管理这个 Freehold 的人。',
  },
  unavailable: {
    en: 'Something that is needed does not answer. Try again in a moment.',
    zh: '所需的服务没有响应，请稍后再试。',
  },
  unidentified: {
    en: 'Your session has ended. Sign in to go on.',
    zh: '会话已结束，请重新登录。',
  },
  too_many: {
    en: 'Too many attempts at once. Wait a moment, then try again.',
    zh: '尝试过于频繁。请稍候再试。',
  },
  too_large: {
    en: 'It is too large. Split it into smaller parts and add those.',
    zh: '内容太大。请拆成几个较小的部分再添加。',
  },
  wrong_media_type: {
    en: 'Save it as PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), HTML, Markdown or text and add it again.',
    zh: '请另存为 PDF、Word（.docx）、Excel（.xlsx）、PowerPoint（.pptx）、HTML、Markdown 或纯文本后重新添加。',
  },
  partly_read: {
    en: 'It is there, but some of its pages are not.',
    zh: '文档已添加，但其中有些页面没有读到。',
  },
  unreadable_document: {
    en: 'No text could be read from it. Open it to see whether it is damaged, locked, or without any writing; then save it again.',
    zh: '无法从中读出文字。请打开检查它是否损坏、加锁或没有文字，重新保存后再添加。',
  },
  not_found: {
    en: 'It is no longer here: it may have been removed.',
    zh: '它已不在这里，可能已被删除。',
  },
  storage_full: {
    en: 'The disk is full. Free some space, then try again.',
    zh: '磁盘已满。请先腾出空间，然后重试。',
  },
  not_allowed: {
    en: 'You may not do this. Ask somebody who may.',
    zh: '您无权这样做，请找有权限的人。',
  },
  invalid: {
    en: 'Something that was entered cannot be taken.',
    zh: '填写的内容无法接受。',
  },
  draining: {
    en: 'Freehold is stopping or restarting. Try again in a moment.',
    zh: 'Freehold 正在停止或重启，请稍后再试。',
  },
  stays_home: {
    en: 'This may not leave the house, and this model cannot be asked without that. Choose a private model, or ask who looks after the rules.',
    zh: '这段内容不允许离开本系统，而这个模型只能在外部使用。请改选私有模型，或联系管理规则的人。',
  },
  no_route: {
    en: 'No rule says where this may go. Whoever looks after the routes can add one.',
    zh: '没有规则说明它可以发往哪里。请让管理路由的人添加一条。',
  },
  not_offered: {
    en: 'None of the connected models is called that. Choose another one.',
    zh: '没有接入这个名称的模型，请另选一个。',
  },
  above_ceiling: {
    en: 'This is more confidential than you may send or read.',
    zh: '它的保密级别高于您可以发送或阅读的级别。',
  },
  over_limit: {
    en: 'A limit of yours is reached. It is free again later; whoever looks after limits can raise it.',
    zh: '已达到您的限额，稍后会恢复；管理限额的人可以提高它。',
  },
  over_quota: {
    en: 'The quota of your organisation is used up.',
    zh: '您所在组织的配额已用完。',
  },
  suspended: {
    en: 'This organisation is suspended.',
    zh: '该组织已被暂停。',
  },
  wrong_network: {
    en: 'You may not come in from this network.',
    zh: '不允许从这个网络进入。',
  },
  on_hold: {
    en: 'A legal hold keeps it: it cannot be changed or deleted now.',
    zh: '它处于法定保留之下，现在不能更改或删除。',
  },
  changed_meanwhile: {
    en: 'Somebody changed it meanwhile. Look at it again, then repeat.',
    zh: '期间有人更改了它。请重新查看后再试。',
  },
  upstream_down: {
    en: 'The model or service behind does not answer.',
    zh: '后端的模型或服务没有响应。',
  },
  upstream_broke: {
    en: 'The model broke off in the middle of its answer. Try again.',
    zh: '模型的回答中途中断，请重试。',
  },
  upstream_timeout: {
    en: 'The model took too long. Try again, or choose another one.',
    zh: '模型用时过长。请重试，或另选一个。',
  },
  upstream_refused: {
    en: 'The model refused the request.',
    zh: '模型拒绝了这个请求。',
  },
  skill_denied: {
    en: 'The skill wanted something that it was not allowed.',
    zh: '技能想做一件它未被允许的事。',
  },
  skill_failed: {
    en: 'The skill did not do what was asked.',
    zh: '技能没有完成请求。',
  },
  skill_untrusted: {
    en: 'The rules for skills do not let this one in: it lacks a signature or a certificate.',
    zh: '技能安装规则不允许它：缺少签名或认证。',
  },
  records_unavailable: {
    en: 'Records cannot be kept now, so nothing is sent. Try again in a moment.',
    zh: '现在无法写入记录，因此不会发送任何内容。请稍后再试。',
  },
  timed_out: {
    en: 'It took too long. Try again.',
    zh: '用时过长，请重试。',
  },
  no_answer: {
    en: 'No answer came in time. Try again.',
    zh: '没有及时收到回答，请重试。',
  },
  broken_stream: {
    en: 'The connection broke in the middle. What came before it is not the whole answer.',
    zh: '连接中途断开，之前收到的不是完整的回答。',
  },
  malformed: {
    en: 'This cannot be read.',
    zh: '无法读取这段内容。',
  },
  csrf: {
    en: 'Another tab signed in anew. Repeat what you did.',
    zh: '另一个标签页重新登录了，请重复刚才的操作。',
  },
  revoked: {
    en: 'It was revoked.',
    zh: '它已被撤销。',
  },
  shredded: {
    en: 'Its key was destroyed: nobody can read it any more.',
    zh: '它的密钥已被销毁，任何人都无法再读取。',
  },
})

type Code = keyof typeof refusals.texts

export function refusalCode(error: unknown): Code {
  const code = error instanceof FreeholdError ? error.code : 'unknown'
  return code in refusals.texts ? (code as Code) : 'unknown'
}

/** What would help, in one line and in the language of the screen. */
export const refusalLine = (error: unknown): string => say(refusals, refusalCode(error))
