/** JSON laid out to be read; what is none stays as it is. */
export function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** Characters that nobody sees, or that change the order of others, as escapes: what is read is what is there. */
export const unhidden = (text: string): string =>
  text.replaceAll(
    // oxlint-disable-next-line no-control-regex, no-misleading-character-class
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (hidden) => `\\u${hidden.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
