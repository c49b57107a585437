import { defineWords } from '../language/words.ts'

export const doorWords = defineWords('door', {
  claimTitle: { en: 'This house is yours', zh: '这套系统归您所有' },
  claimLead: {
    en: 'You hold the one-time link, so you become the owner. Choose the name and password you will sign in with. They are kept on this machine only.',
    zh: '您持有一次性链接，因此将成为所有者。请选择用于登录的名称和密码，它们只保存在本机。',
  },
  claimSend: { en: 'Claim Freehold', zh: '认领 Freehold' },
  claimUsed: {
    en: 'This Freehold has already been claimed, so the link has done its work. Sign in instead.',
    zh: '这个 Freehold 已被认领，该链接已经失效。请直接登录。',
  },
  joinTitle: { en: 'You are invited', zh: '您受到邀请' },
  joinLead: {
    en: 'This link lets you in once. Choose the password you will sign in with. The one who invited you does not learn it.',
    zh: '此链接可让您进入一次。请选择登录密码，邀请您的人不会知道它。',
  },
  joinSend: { en: 'Come in', zh: '进入' },
  instead: { en: 'I have an account already', zh: '我已有账户' },
  signInTitle: { en: 'Welcome back', zh: '欢迎回来' },
  signInLead: { en: 'Sign in to go on.', zh: '请登录以继续。' },
  signInSend: { en: 'Sign in', zh: '登录' },
  ended: { en: 'Your session has ended. Sign in to go on.', zh: '会话已结束，请重新登录。' },
  first: {
    en: 'An application sent you here to sign in. You are asked before it learns anything.',
    zh: '一个应用把您带到这里登录。在它得知任何内容之前会先询问您。',
  },
  again: {
    en: 'The application wants to see that it is you: sign in once more.',
    zh: '该应用要确认是您本人：请再登录一次。',
  },
  name: { en: 'Name', zh: '名称' },
  nameHelp: {
    en: 'Leave it empty if you were invited by name, or have an account already.',
    zh: '如果邀请中已写明您的名称，或者您已有账户，请留空。',
  },
  nameMissing: { en: 'Enter your name.', zh: '请输入名称。' },
  code: { en: 'Code', zh: '验证码' },
  codeHelp: {
    en: 'The six digits that your authenticator app shows, or a recovery code.',
    zh: '身份验证器应用显示的六位数字，或一个恢复码。',
  },
  codeWrong: {
    en: 'The code does not fit, or the name or the password is wrong.',
    zh: '验证码不对，或者名称或密码不正确。',
  },
  elsewhere: { en: 'Not of this house?', zh: '不属于本租户？' },
  tenant: { en: 'Tenant', zh: '租户' },
  tenantHelp: {
    en: 'What your tenant is called, as its operator told you, such as north-clinic.',
    zh: '运营方告诉您的租户名称，例如 north-clinic。',
  },
  passkey: { en: 'Sign in with a passkey', zh: '使用通行密钥登录' },
})
