/** What people write where a secret would stand; each pattern is sought in the value as a whole. */
const PLACEHOLDERS: readonly RegExp[] = [
  /^(.)\1*$/s,
  /^[xX*•.#?_\-=~+0 ]+$/,
  /[xX]{5,}|\*{3,}|\.{3,}|…|•{2,}|_{6,}|#{4,}/,
  /^[<[{(«【《].*[>\]})»】》]$/s,
  /[$#%]\{|\{\{|<%|%\(|\$\(|\$\[|\$%|@@|<[a-z][\w -]{1,40}>/i,
  /^[$%@&]{1,2}[A-Za-z_][\w:.]*(?:[%$]|->.{0,80})?$/,
  /^(?:String|Int|ID|Boolean|Float)!$/,
  /^%[sdvq@]$|^:[a-z]\w+$|^\?+$|^\\[nrt0]/i,
  /^!(?:vault|ref|sub|secret|env|getatt|include|importvalue|reference)\b/i,
  /^(?:ENC|env|vault|secret|config|var|param|ref|kms|sops|awssm|gcpsm|base64(?!:[\w+/]{16}))[[(:]/i,
  /change[-_ ]?(?:me|this|it)|\b(?:re)?place[-_ ]?(?:me|this|with|holder)|placeholder|example|redacted|removed|masked|censored|scrubbed|sanitized|filtered|obfuscated|withheld/i,
  /\byour?s?[-_ ./](?!\d)|\byour[A-Z]|[-_]here\b|[a-zA-Z]H(?:ere|ERE)$|STRINGHERE|\bgoes[-_ ]here|\binsert[-_ ]|\benter[-_ ]|\bput[-_ ]|\bfill[-_ ]?(?:in|me)|\bmy[-_ ]?(?:secret|token|password|api[-_]?key|key|pass)\b|\bsome[-_ ]?(?:secret|token|password|key|value)|\b(?:not|un)[-_ ]?set\b|\bdummy|\bsample|\bfake|\bmock|\bto[-_]?do\b|\bfixme|\btbd\b|\bstub\b/i,
  /^(?:test|demo|default|super|top|very|dev|prod|the|a|an|new|old|any|user|client|access|auth|app|api|db|admin|root|some|shared|bearer|basic|private|long|strong|random|secure|valid|invalid|wrong|bad|good|first|second|another|other|mysql|postgres|redis|jwt|session|refresh|id)?[-_ ]?(?:password|passwd|pass|pwd|secret|token|key|apikey|api[-_]key|secret[-_]?key|credentials?|value|string|phrase)s?$/i,
  /^(?:abc|foo|bar|baz|qux|test|testing|demo|asdf|lorem|ipsum|hello|world|hunter|temp|tmp|todo|abcd|abcde|abcdef)$/i,
  /你的|您的|请输入|替换|占位|示例|未设置|已隐藏|填写|填入|脱敏|保密|の|ここに/,
]

/** Where a secret is to be fetched from: a vault, a variable, an object of the program. */
const REFERENCES: readonly RegExp[] = [
  /^(?:arn:aws|op:\/\/|ssm:|secretsmanager|projects\/[\w-]+\/secrets|@Microsoft\.KeyVault|keyvault|file:|https?:\/\/[^@]*$|jdbc:|urn:|data:|spiffe:)/i,
  /^(?:process\.env|os\.environ|os\.getenv|getenv|System\.|Environment|ENV|env\.|import\.meta|secrets?\.|vars?\.|local\.|data\.|module\.|params?\.|props\.|self\.|this\.|req(?:uest)?\.|res(?:ponse)?\.|ctx\.|context\.|settings?\.|config(?:uration)?\.|options?\.|args?\.|input\.|state\.|user\.|session\.|steps\.|github\.|needs\.|values\.)/i,
]

/** Words that stand for a value, or for its type, or speak about it. */
const WORDS = new Set(
  (
    'null nil none undefined true false yes no on off na n/a string str text number int integer bool boolean object array any void byte bytes ' +
    'char varchar required optional empty blank missing invalid incorrect wrong expired valid unknown disabled enabled default auto env file ' +
    'vault prompt hidden secret secrets password passwort passwd pwd pass passphrase token tokens key keys apikey username user admin-password ' +
    'login email name value values input output type date time uuid hash sha256 bcrypt plain plaintext encrypted basic bearer digest oauth oauth2 ' +
    'jwt apikeyauth http https local remote public private internal external readonly read write header headers query cookie cookies body path ' +
    'url form json yaml xml base64 hex utf-8 utf8 ascii unset changed updated reset generated rotated provided stored protected secure insecure ' +
    'strong weak short long new old current previous next first last same different mismatch match matches confirm confirmation forgot forgotten ' +
    'remember show hide toggle submit cancel field label placeholder error failed failure success ok okay sure allowed denied forbidden authentication ' +
    'authorization authorized unauthorized credential credentials session sessions security service system database server client application ' +
    'const let var function return new await async static final self this super import export default from typeof keyof readonly record map set ' +
    'list dict tuple option some result box vec cow ref mut impl fn def class struct interface enum trait end begin and or not if else for while ' +
    'case when then is was were are be been has had have will should must may might can cannot could would the a an of in to by with without'
  ).split(' '),
)

/** Says of a value that it only holds the place of a secret. */
export function isPlaceholder(value: string): boolean {
  return WORDS.has(value.toLowerCase()) || PLACEHOLDERS.some((pattern) => pattern.test(value))
}

/** Says of a value that it only names the place where the secret lies. */
export function isReference(value: string): boolean {
  return REFERENCES.some((pattern) => pattern.test(value))
}
