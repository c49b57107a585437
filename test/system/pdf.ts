/** A small real PDF 1.4 with one page of Latin text, a line per string. */
export function pdf(lines: readonly string[]): Buffer {
  const shown = lines.map((line) => `(${line.replaceAll(/[\\()]/g, '\\$&')}) Tj T*`).join('\n')
  return pdfPage(`BT /F1 12 Tf 16 TL 60 760 Td\n${shown}\nET`, [
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ])
}

/** One page that draws `content`; the first of `fonts` is its font F1 and object 5, what it refers to follows. */
export function pdfPage(content: string, fonts: readonly string[]): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ...fonts,
  ]
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const start = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

/** Width and height of a JPEG, from its start of frame. */
function sizeOf(jpeg: Buffer): readonly [width: number, height: number] {
  for (let at = 2; at < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2))
    if ([0xc0, 0xc1, 0xc2].includes(jpeg[at + 1] ?? 0))
      return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)]
  throw new Error('no JPEG')
}

/** What a scanner makes: a page per picture, without a letter of text. `filter` says that the pictures are no JPEG. */
export function scannedPdf(
  images: readonly Buffer[],
  filter?: { readonly name: string; readonly size: readonly [number, number] },
): Buffer {
  const objects: (string | Buffer)[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${images.map((_, at) => `${3 + at * 3} 0 R`).join(' ')}] /Count ${images.length} >>`,
  ]
  images.forEach((image, at) => {
    const [width, height] = filter?.size ?? sizeOf(image)
    const tall = Math.round((height / width) * 595)
    const content = `q 595 0 0 ${tall} 0 0 cm /I Do Q`
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 ${tall}] /Contents ${4 + at * 3} 0 R /Resources << /XObject << /I ${5 + at * 3} 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      Buffer.concat([
        Buffer.from(
          `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /${filter ? 'DeviceGray' : 'DeviceRGB'} /BitsPerComponent 8 /Filter /${filter?.name ?? 'DCTDecode'} /Length ${image.length} >>\nstream\n`,
        ),
        image,
        Buffer.from('\nendstream'),
      ]),
    )
  })
  const parts = [Buffer.from('%PDF-1.4\n')]
  objects.forEach((object, at) =>
    parts.push(Buffer.from(`${at + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')),
  )
  parts.push(Buffer.from(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\n%%EOF\n`))
  return Buffer.concat(parts)
}
