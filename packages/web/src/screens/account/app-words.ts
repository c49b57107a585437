import { defineWords } from '../../language/words.ts'

export const appWords = defineWords('app', {
  title: { en: 'Authenticator app', zh: '身份验证器应用' },
  lead: {
    en: 'With it a password alone opens nothing: six digits from your telephone are asked for as well, when you sign in and when you choose a new password by a link.',
    zh: '设置后，仅凭密码无法进入：登录时以及通过链接设置新密码时，还需要手机上的六位数字。',
  },
  off: { en: 'Not set up.', zh: '尚未设置。' },
  on: { en: 'Set up', zh: '已设置' },
  setUp: { en: 'Set up an app', zh: '设置应用' },
  setUpTitle: { en: 'Set up an authenticator app', zh: '设置身份验证器应用' },
  setUpText: {
    en: 'Scan this with the app. It is drawn in your browser and goes nowhere.',
    zh: '用应用扫描这个二维码。它在您的浏览器中绘制，不会发往任何地方。',
  },
  qr: {
    en: 'QR code for the authenticator app. The same secret stands below as text.',
    zh: '身份验证器应用的二维码。同样的密钥以文字显示在下方。',
  },
  byHand: { en: 'Or type it in:', zh: '或手动输入：' },
  code: { en: 'Code that the app shows now', zh: '应用现在显示的验证码' },
  codeHelp: {
    en: 'Six digits. They show that the app has the secret.',
    zh: '六位数字，用来确认应用已有密钥。',
  },
  confirm: { en: 'Confirm', zh: '确认' },
  remove: { en: 'Remove the app', zh: '移除应用' },
  removeTitle: { en: 'Remove the authenticator app?', zh: '移除身份验证器应用？' },
  removeText: {
    en: 'Your password alone opens your account then. The recovery codes are void. You can set up an app again at any time.',
    zh: '之后仅凭密码即可进入您的账户，恢复码全部作废。您可以随时重新设置应用。',
  },
  removed: { en: 'The authenticator app was removed.', zh: '身份验证器应用已移除。' },
  wrongCode: {
    en: 'The code does not fit. Enter the one that the app shows now, and see whether the clock of the telephone is right.',
    zh: '验证码不对。请输入应用现在显示的验证码，并检查手机的时间是否正确。',
  },
  wrongPassword: { en: 'The password is wrong.', zh: '密码不正确。' },
  invalid: { en: 'Enter the six digits and your password.', zh: '请输入六位数字和您的密码。' },
  left: {
    en: '{count, plural, one {# recovery code left} other {# recovery codes left}}',
    zh: '还剩 {count} 个恢复码',
  },
  renew: { en: 'New recovery codes', zh: '新的恢复码' },
  renewTitle: { en: 'Make new recovery codes?', zh: '生成新的恢复码？' },
  renewText: { en: 'The older ones are void then.', zh: '旧的恢复码将全部作废。' },
  codesTitle: { en: 'Your recovery codes', zh: '您的恢复码' },
  codesText: {
    en: 'Each of them signs you in once in place of the six digits. They are shown now and never again: keep them where the telephone is not.',
    zh: '每个恢复码可以代替六位数字登录一次。它们只显示这一次，请保存在手机以外的地方。',
  },
})
