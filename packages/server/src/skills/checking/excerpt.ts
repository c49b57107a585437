const LONGEST = 120
/** What looks like a secret is shown by its first characters. */
const LONG_TOKEN = /[A-Za-z0-9+/_=-]{33,}/g

/** Words of a finding as a report may show them: one line, short, every character visible, nothing of use to a thief. */
export function excerptOf(text: string): string {
  const visible = text
    .slice(0, LONGEST * 3)
    .replaceAll(
      /[\u{e0000}-\u{e007f}]/gu,
      (sign) => `<U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}>`,
    )
    // eslint-disable-next-line no-control-regex
    .replaceAll(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
      (sign) => `<U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`,
    )
    .replaceAll(/\s+/g, ' ')
    .replaceAll(LONG_TOKEN, (token) => `${token.slice(0, 12)}…`)
    .trim()
  return visible.length > LONGEST ? `${visible.slice(0, LONGEST)}…` : visible
}
