import { pdfPage } from './pdf.ts'

/** Codes of a two-byte encoding by character, told by decoding every code; the platform has no encoder for it. */
function codesOf(label: string): ReadonlyMap<string, readonly number[]> {
  const decoder = new TextDecoder(label)
  const codes = new Map<string, readonly number[]>()
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const text = decoder.decode(Uint8Array.of(lead, trail))
      if (text.length === 1 && !codes.has(text)) codes.set(text, [lead, trail])
    }
  return codes
}

/** A text in a two-byte encoding such as `gbk`, ASCII as single bytes. */
export function encodedIn(label: string, text: string): Uint8Array {
  const codes = codesOf(label)
  return Uint8Array.from(
    Array.from(text).flatMap((character) => codes.get(character) ?? [character.charCodeAt(0)]),
  )
}

export function utf16be(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16()
}

/** A PDF 1.4 that names a character map and embeds no font, as older Chinese programs write; a line per string. */
export function cjkPdf(encoding: string, ordering: string, lines: readonly Uint8Array[]): Buffer {
  const shown = lines.map((line) => `<${Buffer.from(line).toString('hex')}> Tj T*`).join('\n')
  const content = `BT /F1 12 Tf 18 TL 60 760 Td\n${shown}\nET`
  return pdfPage(content, [
    `<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /${encoding} /DescendantFonts [6 0 R] >>`,
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500 814 908 500]' +
      ` /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >> /FontDescriptor 7 0 R >>`,
    '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0' +
      ' /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
  ])
}
