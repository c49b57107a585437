import { cues } from '../detect/cues.ts'
import type { Recogniser } from '../detect/recogniser.ts'
import { SAID } from '../detect/recogniser.ts'
import { hasCardForm } from './bank-card.ts'
import { hasResidentIdForm } from './cn-resident-id.ts'
import { digitsOf, passesLuhn } from './digits.ts'
import { PHONE_SAID_HERE } from './phone-number.ts'

const CUES = cues(
  [
    String.raw`(?:bank |checking |savings |current |deposit |beneficiary )?(?:account|acct)(?: ?(?:no\.?|number|num|nr\.?|#))?`,
    String.raw`a\/c(?: ?(?:no\.?|number))?`,
    'routing(?: ?(?:no|number))?',
    'aba',
    'sort code',
    'bsb',
    'konto(?:nummer|nr)?',
    'compte',
    'cuenta',
    'iban',
    'clabe',
  ],
  [
    '账号',
    '帐号',
    '賬號',
    '帳號',
    '银行账户',
    '账户',
    '开户行',
    '收款账户',
    '对公账户',
    '公积金账号',
    '卡号',
  ],
)
/** Accounts that are logged in to are numbers too. */
const LOGIN = cues(
  ['user', 'login', 'twitter', 'git ?hub', 'we ?chat', 'qq', 'aws', 'tenant'],
  ['登录', '微信', 'QQ', '用户', '游戏'],
)

const DATE = /^(?:19|20)\d{2}(-?)(?:0\d|1[0-2])\1[0-3]\d(?!\d)/

/** Numbers of bank accounts: they have no form of their own, so only where words say that it is one. */
export const BANK_ACCOUNT: Recogniser = {
  id: 'bank-account',
  type: 'BANK_ACCOUNT',
  starts: /\d/,
  anchor: 'digits',
  saidBefore: CUES,
  pattern: /(?<![\d.A-Za-z]|\d[ -])\d{2}(?:[ -]?\d){4,23}(?![\dA-Za-z]|[.,]\d)/y,
  judge(candidate) {
    const digits = digitsOf(candidate.value)
    if (!CUES.before(candidate) || LOGIN.before(candidate) || PHONE_SAID_HERE.before(candidate)) return null
    if (digits.length > 22 || DATE.test(candidate.value)) return null
    // Mistyped: somebody meant a card or an identity number.
    if (hasCardForm(digits) && !passesLuhn(digits)) return null
    return hasResidentIdForm(digits) || /^1[3-9]\d{9}$/.test(digits) ? null : SAID
  },
}
