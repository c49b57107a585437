/**
 * Character maps that older Chinese, Japanese and Korean PDFs only name (ISO 32000-1, table 118). The reader of PDFs
 * wants them as two tables, code → glyph number and glyph number → Unicode, which weigh megabytes. The codes of these
 * maps are Unicode or well-known encodings that the platform decodes by itself, so both tables are made here on
 * demand, meeting in glyph numbers of our own that lie above all real ones.
 */
interface Charset {
  /** Label of the platform's decoder; null where the codes are UTF-16 already. */
  readonly encoding: string | null
  readonly ordering: keyof typeof ORDERINGS
  /** Real glyph number of the space, for the widths of Latin letters; 1 is proportional, others are half-width. */
  readonly space: number
}

/** Room for numbers of our own begins behind the last real glyph number of each collection. */
const ORDERINGS = {
  GB1: { first: 30_600, latin: [1, 814] },
  CNS1: { first: 24_576, latin: [1, 13_648] },
  Japan1: { first: 24_576, latin: [1, 231] },
  Korea1: { first: 24_576, latin: [1, 8094] },
} as const

const CHARSETS: ReadonlyMap<string, Charset> = new Map(
  (
    [
      ['GB-EUC GBK-EUC', { encoding: 'gb18030', ordering: 'GB1', space: 814 }],
      ['GBpc-EUC GBKp-EUC GBK2K', { encoding: 'gb18030', ordering: 'GB1', space: 1 }],
      ['UniGB-UCS2 UniGB-UTF16', { encoding: null, ordering: 'GB1', space: 1 }],
      ['ETen-B5 ETenms-B5', { encoding: 'big5', ordering: 'CNS1', space: 13_648 }],
      ['B5pc HKscs-B5', { encoding: 'big5', ordering: 'CNS1', space: 1 }],
      ['UniCNS-UCS2 UniCNS-UTF16', { encoding: null, ordering: 'CNS1', space: 1 }],
      ['90ms-RKSJ', { encoding: 'shift_jis', ordering: 'Japan1', space: 231 }],
      ['90msp-RKSJ', { encoding: 'shift_jis', ordering: 'Japan1', space: 1 }],
      ['EUC', { encoding: 'euc-jp', ordering: 'Japan1', space: 231 }],
      ['UniJIS-UCS2 UniJIS-UTF16', { encoding: null, ordering: 'Japan1', space: 1 }],
      ['UniJIS-UCS2-HW', { encoding: null, ordering: 'Japan1', space: 231 }],
      ['KSC-EUC KSCms-UHC-HW', { encoding: 'euc-kr', ordering: 'Korea1', space: 8094 }],
      ['KSCms-UHC', { encoding: 'euc-kr', ordering: 'Korea1', space: 1 }],
      ['UniKS-UCS2 UniKS-UTF16', { encoding: null, ordering: 'Korea1', space: 1 }],
    ] as const
  ).flatMap(([names, charset]) => names.split(' ').map((name) => [name, charset] as const)),
)

type Range = readonly [from: number, to: number]

/** UTF-16 units that get a number, the halves of surrogate pairs among them where there is room. */
const COMMON: readonly Range[] = [
  [0xa0, 0x460],
  [0x2000, 0x2670],
  [0x2e80, 0x33ff],
  [0x4e00, 0x9fff],
  [0xfe30, 0xffef],
]
const RARE: Readonly<Record<keyof typeof ORDERINGS, readonly Range[]>> = {
  GB1: [[0x3400, 0x4dbf]],
  CNS1: [
    [0x3400, 0x4dbf],
    [0xd800, 0xdfff],
  ],
  Japan1: [
    [0x3400, 0x4dbf],
    [0xd800, 0xdfff],
  ],
  Korea1: [[0xac00, 0xd7a3]],
}
const ASCII: Range = [0x20, 0x7e]
/** What stands for a character that we cannot tell; the reader of the text counts it. */
const REPLACEMENT = 0xfffd

interface Numbered {
  readonly from: number
  readonly to: number
  readonly glyph: number
}

function numbered(ordering: keyof typeof ORDERINGS): readonly Numbered[] {
  let glyph: number = ORDERINGS[ordering].first
  return [...COMMON, ...RARE[ordering]].map(([from, to]) => {
    const start = glyph
    glyph += to - from + 1
    return { from, to, glyph: start }
  })
}

const hex = (value: number): string => value.toString(16).padStart(4, '0')

function cmap(name: string, vertical: boolean, body: readonly string[]): string {
  return [
    '/CIDInit /ProcSet findresource begin begincmap',
    `/CMapName /${name} def /WMode ${vertical ? 1 : 0} def`,
    ...body,
    'endcmap end',
  ].join('\n')
}

/** Codes are UTF-16 units: one run for each range. */
function unicodeCodes({ ordering, space }: Charset): string[] {
  const runs = numbered(ordering).map(({ from, to, glyph }) => `<${hex(from)}> <${hex(to)}> ${glyph}`)
  return [
    'begincodespacerange <0000> <ffff> endcodespacerange begincidrange',
    `<${hex(ASCII[0])}> <${hex(ASCII[1])}> ${space}`,
    ...runs,
    'endcidrange',
  ]
}

/** Lead bytes of two-byte codes; Shift JIS has its one-byte katakana in between. */
function leadBytes(encoding: string): readonly Range[] {
  if (encoding !== 'shift_jis') return [[0x81, 0xfe]]
  return [
    [0x81, 0x9f],
    [0xe0, 0xfc],
  ]
}

/** From here on a second byte is read as one; GB 18030 begins its four-byte codes so, which we cannot tell. */
const FIRST_TRAIL = 0x30

/** Codes of an encoding, each told by decoding it. */
function encodedCodes({ encoding, ordering, space }: Charset & { encoding: string }): string[] {
  const decoder = new TextDecoder(encoding)
  const ranges = numbered(ordering)
  const lines: string[] = []
  // A code that has no character must not pass for the character of the same number.
  const unknown = ORDERINGS[ordering].first - 1
  const add = (code: string, bytes: readonly number[]) => {
    const text = decoder.decode(Uint8Array.from(bytes))
    const unit = text.charCodeAt(0)
    const range = text.length === 1 && ranges.find(({ from, to }) => unit >= from && unit <= to)
    lines.push(`<${code}> ${range ? range.glyph + unit - range.from : unknown}`)
  }
  const leads = leadBytes(encoding)
  for (const [from, to] of leads)
    for (let lead = from; lead <= to; lead++)
      for (let trail = FIRST_TRAIL; trail <= 0xfe; trail++) add(hex(lead * 256 + trail), [lead, trail])
  if (encoding === 'shift_jis') for (let byte = 0xa1; byte <= 0xdf; byte++) add(hex(byte).slice(2), [byte])
  return [
    'begincodespacerange <00> <80>',
    ...(encoding === 'shift_jis' ? ['<a0> <df>'] : []),
    ...leads.map(([from, to]) => `<${hex(from * 256 + FIRST_TRAIL)}> <${hex(to * 256 + 0xfe)}>`),
    'endcodespacerange begincidrange',
    `<${hex(ASCII[0]).slice(2)}> <${hex(ASCII[1]).slice(2)}> ${space}`,
    'endcidrange begincidchar',
    ...lines,
    'endcidchar',
  ]
}

/** Glyph numbers of a collection to Unicode: ours, the Latin letters, and the replacement for all the real others. */
function unicodeOf(ordering: keyof typeof ORDERINGS): string[] {
  const { first, latin } = ORDERINGS[ordering]
  const known = new Map(
    latin.flatMap((space) =>
      Array.from({ length: ASCII[1] - ASCII[0] + 1 }, (_, at) => [space + at, ASCII[0] + at] as const),
    ),
  )
  const real = Array.from(
    { length: first - 1 },
    (_, at) => `<${hex(at + 1)}> <${hex(known.get(at + 1) ?? REPLACEMENT)}>`,
  )
  return [
    'begincodespacerange <0000> <ffff> endcodespacerange beginbfchar',
    ...real,
    'endbfchar beginbfrange',
    ...numbered(ordering).map(
      ({ from, to, glyph }) => `<${hex(glyph)}> <${hex(glyph + to - from)}> <${hex(from)}>`,
    ),
    'endbfrange',
  ]
}

const DIRECTION = /-[HV]$/
const TO_UNICODE = /^Adobe-(GB1|CNS1|Japan1|Korea1)-UCS2$/

/** The text of a predefined map, null for one that we cannot make. Only maps of Table 118 have names. */
export function predefinedCmap(name: string): string | null {
  const toUnicode = TO_UNICODE.exec(name)?.[1]
  // The pattern admits exactly the keys.
  if (toUnicode !== undefined) return cmap(name, false, unicodeOf(toUnicode as keyof typeof ORDERINGS))
  const charset = DIRECTION.test(name) ? CHARSETS.get(name.replace(DIRECTION, '')) : undefined
  if (!charset) return null
  const { encoding } = charset
  const codes = encoding === null ? unicodeCodes(charset) : encodedCodes({ ...charset, encoding })
  return cmap(name, name.endsWith('V'), codes)
}
