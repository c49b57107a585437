import { entropyOf } from './entropy.ts'
import type { KeyClass } from './key-names.ts'
import { isPlaceholder, isReference } from './placeholders.ts'

/**
 * How a value was written. `quoted`: between quotes, in a tag, or the whole text; `line`: bare, up to the end of a line that
 * is a setting; `bare`: in a running line, where code may stand as well; `said`: in a sentence, or handed to a call.
 */
export type Form = 'quoted' | 'line' | 'bare' | 'said'

export const UUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i
/** What people put into fields that sound secret without a secret in them. */
const HARMLESS: readonly RegExp[] = [
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/,
  /^v?\d{1,4}(?:\.\d{1,6}){1,3}(?:[-+][\w.]{1,30})?$/,
  /^(?:sha(?:1|224|256|384|512)|md5)[-:=]/i,
  /^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\S+) /,
  /^(?:\.{0,2}|~)\/[\w./@ -]+$|^[A-Za-z]:\\/,
  /^[\w-]+(?:\/[\w.-]+){1,6}\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|txt|env|js|ts|py|go|rb|java|php|cs|rs|html?|css|png|svg)$/i,
  /^[\w.-]{1,64}\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|txt|env|js|ts|py|go|rb|java|php|cs|rs|html?|keytab|keystore)$/i,
  /^[\w.+-]+@[\w-]+\.[\w.-]+$/,
  /^-----BEGIN (?!.*PRIVATE)/,
  /^\/\/|^0x[\da-f]{1,8}$/i,
  // The fields of a line, as a manual names them: `name:passwd:uid`.
  /^[A-Za-z_]{2,}(?::[A-Za-z_]{2,}){2,}$/,
]
/** A way through objects, a call, an expression: `user.password`, `getToken()`, `a ?? b`. */
const CODE =
  /^[A-Za-z_$][\w$]*(?:(?:\?\.|\.|->|::)[A-Za-z_$][\w$]*)+[!;,]*$|\w\(|^\(|=>|\|\||&&|\?\?|^[A-Za-z_$][\w$.?]*\[|\?\.|^![A-Za-z_$.()]+$|^!=|^\[|^new$|^<-|^\/.*\/[dgimsuvy]*$/
/** The same in a line that ends with it: `user.password`, `params[:id]`, `load(path)`. */
const PATH =
  /^[A-Za-z_$][A-Za-z_$]*(?:(?:\.|->|::)[A-Za-z_$]+)+$|^[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$]{3,})+$|^[A-Za-z_$][\w$.]*(?:\[.*\]|\(.*\))[;,]?$|^[a-z]\w*[.(].*\)\.\w+\(/
/** Camel case or snake case of letters only: a name in a program. */
const IDENTIFIER = /^[A-Za-z_$][A-Za-z_$]*$/
const ALPHABET = /abcdefghij|ABCDEFGHIJ|0123456789a|zyxwvut/

/** How sure it is that the value of such a key is a secret; null where it is none. */
export function judgeValue(value: string, key: KeyClass, form: Form): number | null {
  if (value.length < 3 || value.length > 4096 || isPlaceholder(value) || isReference(value)) return null
  if (HARMLESS.some((pattern) => pattern.test(value)) && !isDrawnPath(value)) return null
  if (form !== 'quoted' && (form === 'line' ? PATH : CODE).test(value) && !isDotted(value)) return null
  if (key === 'password') return isPassword(value, form) ? 0.85 : null
  if (ALPHABET.test(value)) return null
  return isDrawn(value, key, form) ? (key === 'secret' ? 0.8 : 0.65) : null
}

/** A token in parts, as those of Discord and HashiCorp: one of them is long and no name of anything. */
const isDotted = (value: string): boolean =>
  /^[\w.-]+$/.test(value) &&
  value.split('.').some((part) => part.length >= 20 && /\d.*\d/.test(part) && changes(part) > 0.1)

/** Base 64 that begins like a path and has no word in it. */
const isDrawnPath = (value: string): boolean =>
  /^\/[\w/+]{31,}={0,2}$/.test(value) &&
  !/\/[a-z]{3,}(?:\/|$)/.test(value) &&
  entropyOf(value) > 4.2 &&
  /\d/.test(value)

/** Letters of scripts in which nobody types a password. */
const isProse = (value: string): boolean =>
  count(value, /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/gu) > 5

/** Whether somebody could have chosen it as a password: of settings nearly any word, of running text only what no sentence holds. */
function isPassword(value: string, form: Form): boolean {
  if (isProse(value)) return false
  if (/\s/.test(value)) return form === 'quoted' && isPhrase(value)
  const digits = count(value, /\d/g)
  const marks = count(value, /[^A-Za-z0-9]/g)
  if (digits === 0 && isScrambled(value)) return true
  if (form === 'said')
    return (
      value.length >= 4 &&
      (digits > 0 || (marks > 0 && value.length >= 6 && !/^[A-Za-z]+(?:[-'./_][A-Za-z]+)*$/.test(value)))
    )
  if (digits > 0)
    return (
      value.length >= (form === 'bare' ? 4 : 3) &&
      !/^\d{1,3}$/.test(value) &&
      !(form === 'bare' && /^\d+(?:ms|s|m|h|d|px|kb|mb|gb|%)?$/i.test(value) && value.length < 6)
    )
  if (form === 'bare') return marks > 0 && value.length >= 6 && !/^[\w.$-]+$/.test(value)
  if (value.length < 5) return false
  return form === 'line' ? marks > 0 || !/[a-z][A-Z]|^[A-Z][a-z]+$/.test(value) : !/^[A-Z][a-z]+$/.test(value)
}

/** Words without the marks of a sentence that speaks about passwords. */
function isPhrase(value: string): boolean {
  if (value.length > 80 || /[.?:…。？：]\s*$|[一-鿿]|[,;{}()<>]/.test(value)) return false
  return !/\b(?:pass\w*|must|enter|your|please|characters?|is|are|the|not|to|for|of|with|and|or|required|invalid|forgot\w*|new|old|current|confirm|token|key|secret|field|value)\b/i.test(
    value,
  )
}

/** Whether it was drawn by a machine: digits among the letters, little repetition, long enough. */
function isDrawn(value: string, key: KeyClass, form: Form): boolean {
  if (/\s/.test(value) || value.length < (key === 'secret' ? 8 : 14)) return false
  const digits = count(value, /\d/g)
  if (digits === value.length) return key === 'secret' && value.length >= 16 && entropyOf(value) > 2.5
  if (UUID.test(value)) return key === 'secret'
  if (!/^[\x21-\x7e]+$/.test(value) || /^[^A-Za-z0-9]+$/.test(value)) return false
  const entropy = entropyOf(value)
  if (digits === 0) return isMixed(value, entropy, form)
  if (isSpelled(value)) return false
  if (key === 'secret') return entropy >= (value.length < 12 ? 2.5 : 2.8)
  return entropy >= (/^[\da-f]+$/i.test(value) ? 2.8 : 3.2) && (digits > 1 || value.length >= 20)
}

/** No digit at all, and yet drawn: capitals in the middle of everything. */
function isMixed(value: string, entropy: number, form: Form): boolean {
  if (value.length < 16 || entropy < 3.6) return false
  if (/^[A-Za-z]+(?:[-_./: ][A-Za-z]+)*$/.test(value)) {
    const humps = changes(value)
    return humps > 0.2 && (form === 'quoted' || !IDENTIFIER.test(value) || humps > 0.25)
  }
  return count(value, /[^A-Za-z0-9._/: -]/g) > 1
}

/** Letters in which the case changes too often for words. */
const isScrambled = (value: string): boolean =>
  value.length >= 8 &&
  /^[A-Za-z]+(?:[_-][A-Za-z]+)?$/.test(value) &&
  (changes(value) > 0.24 || isUnspeakable(value))

/** Both cases, and five consonants in a row that no abbreviation accounts for. */
const isUnspeakable = (value: string): boolean =>
  /[a-z]/.test(value) &&
  /[A-Z]/.test(value) &&
  /[b-df-hj-np-tv-xz]{5}/i.test(
    value.replaceAll(/https?|html|xml|ssl|tls|ssh|css|sql|tcp|dns|jwt|lengths?|strengths?/gi, '-'),
  )

const changes = (value: string): number => count(value, /[a-z][A-Z]|[A-Z]{2,}[a-z]/g) / value.length

/** Words with a number: `prod-cluster-2`, `user_token_v2`, `Base64Encoder`. */
function isSpelled(value: string): boolean {
  if (/^[A-Z]{2,}(?:_(?:[A-Z]{2,}|\d{1,4}))+$/.test(value)) return true
  const undated = value.replace(/[-_.]\d{4}-?\d\d-?\d\d$/, '')
  const parts = undated
    .split(/[-_./:]|(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[A-Z][a-z])/)
    .filter((part) => part !== '')
  const isWord = (part: string) =>
    /^[A-Z]?[a-z]{2,}\d{0,2}$|^[A-Z]{2,}\d{0,2}$|^v?\d{1,2}$|^[A-Za-z]{1,3}\d{1,4}$/.test(part)
  return (
    parts.length > 1 &&
    count(undated, /\d/g) <= 4 &&
    parts.every(isWord) &&
    parts.some((part) => /[A-Za-z]{4}/.test(part))
  )
}

const count = (value: string, pattern: RegExp): number => value.match(pattern)?.length ?? 0
