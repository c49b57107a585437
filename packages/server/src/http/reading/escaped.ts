const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** As text of a page, in an element or an attribute in quotes. Nothing else of what people and models wrote gets there. */
export const escaped = (text: string): string =>
  text.replaceAll('\0', '\u{FFFD}').replaceAll(/[&<>"']/g, (one) => ESCAPES[one] ?? '')
