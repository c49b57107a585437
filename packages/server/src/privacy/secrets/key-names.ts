import { remembering } from '../remembering.ts'

/** How much the name of a key says: a `password` may be any word, a `secret` must look drawn, a `hint` must look drawn and long. */
export type KeyClass = 'password' | 'secret' | 'hint'

const split = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const PASSWORD = split(
  'password passwd passphrase passcode passwort kennwort pwd psw pswd pass pw userpass dbpass rootpass mypass userpassword dbpassword senha contrasena parol motdepasse wachtwoord ' +
    'passw adminpass sshpass ftppass smtppass pgpassword mysqlpwd redispass requirepass masterauth adminpassword rootpassword loginpassword newpassword oldpassword ' +
    'passwd1 password1 password2 upass upwd loginpwd dbpwd keypass storepass keystorepass mima',
)
const SECRET = split(
  'secret secrets authorization apikey apitoken authtoken accesstoken refreshtoken idtoken secretkey appsecret clientsecret accesskey privatekey signingkey masterkey encryptionkey ' +
    'apisecret appkey accountkey authkey sharedkey servicekey psk presharedkey usertoken bottoken accesskeysecret secretaccesskey secretid sessiontoken jwttoken bearertoken ' +
    'xapikey xauthtoken webhooksecret cookiesecret hmackey aeskey deskey rsakey seckey apipassword corpsecret appsecretkey encodingaeskey apiv3key mchkey paykey signkey',
)
const HINT = split(
  'token tokens key auth credential credentials cred creds bearer jwt session sessionid sess sid sessid jsessionid phpsessid ' +
    'sas otp totp pin nonce salt pepper seed mnemonic dsn licensekey ticket authcode code',
)
/** Two words that only together name a secret. */
const PAIRS = split(
  'api.key access.key secret.key private.key signing.key sign.key master.key account.key auth.key shared.key service.key encryption.key encrypt.key ssh.key app.key app.secret ' +
    'client.secret preshared.key pre.shared storage.key root.key hmac.key aes.key cipher.key deploy.key admin.key subscription.key server.key integration.key ' +
    'access.token auth.token refresh.token api.token bot.token bearer.token user.token oauth.token personal.token session.token id.token jwt.token device.token service.token ' +
    'deploy.token registry.token push.token verification.token admin.token app.token client.token pass.word pass.phrase pass.code write.key license.key licence.key ' +
    'session.id session.key sess.id cookie.secret auth.code connect.sid sdk.key webhook.key project.key send.key push.key management.key',
)
/** A name that ends in one of these is about a secret, and holds none. */
const ABOUT = split(
  'id ids name names url uri urls path paths file files filename filepath type types count counts limit limits length len size ttl expiry expires expire expiration expired at ' +
    'date time timestamp timeout policy field fields column col label hint prompt regex pattern format version algorithm alg algo manager provider service ref arn hash ' +
    'hashed hasher enabled disabled required valid invalid validity index usage used max min public status strategy placeholder error errors message prefix suffix reset table scope scopes ' +
    'issuer endpoint method mode kind budget cost price rotation age env var variable variables title description help text input output selector class style icon button link ' +
    'page screen form view tab alias board code codes frame mesh pair press pressed down up left right ring stone store storetype event handler listener ' +
    'word words space spaces vault audience subject domain host port user username email group role roles owner source target header headers param parameter query location ' +
    'exists missing changed updated created generator factory builder parser validator encoder decoder resolver helper util utils config configuration settings options ' +
    'encode decode strip split replace get rate speed window price prices per sec second seconds minute minutes hour hours day days ms strength complexity rules rule requirements attempts retries history ' +
    'fingerprint thumbprint digest checksum sum md5 sha1 sha256 etag encoding bits curve usages ops operations state region zone tag tags map list array set dict idx num no',
)
/** A name with one of these in it is another kind of key or token. */
const OTHERS = split(
  'public pub pubkey primary foreign sort partition cache idempotency idempotent dedup dedupe row index unique composite translation i18n hot keyboard object bucket schema sequence ' +
    'natural candidate lookup group page paging pagination next prev previous continuation cursor sync eos bos pad unk cls sep mask special stop max min num total prompt completion ' +
    'input output reasoning cached used remaining per budget monkey turkey donkey hockey jockey whiskey integrity checksum etag digest fingerprint ' +
    'keyword keywords author authors authority authored tokenizer tokenize tokenized tokenization detokenize keynote keyframe keyframes keypath accessibility csrf xsrf ' +
    'authenticity gpg pgp mechanism issue compass passenger passport passing passed passes bypass bypassed surpass passive passion boarding secretary secretariat secretion ' +
    'websocket socket erc20 nft mint contract asset coin swap pool pair lp stake supply fungible',
)

/** Whether a word before `key` or `token` says that it is of another kind: `GPG key`, `public key`. */
export const isOfAnotherKind = (word: string): boolean => OTHERS.has(word.toLowerCase())

/** What the name of a key promises, or null where it speaks of something else. */
export const classOfKey = remembering(classOfName)

function classOfName(name: string): KeyClass | null {
  const words = wordsOf(name)
  const found = classOfWords(words)
  if (found === null || isAbout(words)) return null
  return found !== 'password' && words.some((word) => OTHERS.has(word)) ? null : found
}

function classOfWords(words: readonly string[]): KeyClass | null {
  let best: KeyClass | null = null
  for (let at = words.length - 1; at >= 0; at -= 1) {
    const word = words[at] ?? ''
    const pair = `${words[at - 1] ?? ''}.${word}`
    if (PASSWORD.has(word) || pair === 'pass.word' || pair === 'pass.phrase' || pair === 'pass.code')
      return 'password'
    if (SECRET.has(word) || PAIRS.has(pair)) best = 'secret'
    else if (HINT.has(word)) best ??= 'hint'
  }
  return best
}

/** `session.id` and `secret.id` are secrets for all that they end in `id`. */
function isAbout(words: readonly string[]): boolean {
  const last = words.at(-1) ?? ''
  if (!ABOUT.has(last)) return false
  return !PAIRS.has(`${words.at(-2) ?? ''}.${last}`)
}

/** The words of `dbPassword`, `DB_PASSWORD`, `db-password`, `X-Api-Key`, `spring.datasource.password`; numbers at the end are dropped. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word, at, all) => word !== '' && !(at === all.length - 1 && /^\d{1,3}$/.test(word)))
}

/** Words for a secret in languages without spaces, or with their own letters; they are no names of keys, so sentences are all they stand in. */
export const SPOKEN: Readonly<Record<string, KeyClass>> = {
  密码: 'password',
  密碼: 'password',
  口令: 'password',
  暗码: 'password',
  通行码: 'password',
  密钥: 'secret',
  密鑰: 'secret',
  秘钥: 'secret',
  密匙: 'secret',
  金鑰: 'secret',
  令牌: 'secret',
  授权码: 'password',
  パスワード: 'password',
  暗証番号: 'password',
  비밀번호: 'password',
  пароль: 'password',
  contraseña: 'password',
  passwort: 'password',
  kennwort: 'password',
  senha: 'password',
  'mot de passe': 'password',
  wachtwoord: 'password',
}

/** The same of the head of a column or the name of a field, in which such a word comes last: `登录密码`. */
export function classOfSpokenKey(name: string): KeyClass | null {
  const bare = name
    .replace(/[（(【[].*$/, '')
    .trim()
    .toLowerCase()
  if (bare.length > 24) return null
  const word = Object.keys(SPOKEN).find((one) => bare.endsWith(one))
  return word === undefined ? null : (SPOKEN[word] ?? null)
}
