/** How an artifact is shown. */
export type ArtifactKind = 'markdown' | 'html' | 'svg' | 'mermaid' | 'code'

const KINDS: Readonly<Record<string, ArtifactKind>> = {
  'text/markdown': 'markdown',
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'image/svg+xml': 'svg',
  'text/vnd.mermaid': 'mermaid',
  'text/x-mermaid': 'mermaid',
  'text/mermaid': 'mermaid',
  'application/mermaid': 'mermaid',
}

export const kindOf = (mediaType: string): ArtifactKind => KINDS[mediaType] ?? 'code'

const ENDINGS: Readonly<Record<string, string>> = {
  'text/markdown': 'md',
  'text/html': 'html',
  'image/svg+xml': 'svg',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/css': 'css',
  'text/javascript': 'js',
  'application/javascript': 'js',
  'text/x-python': 'py',
  'text/typescript': 'ts',
  'text/x-typescript': 'ts',
  'application/json': 'json',
  'application/sql': 'sql',
  'application/xml': 'xml',
  'application/yaml': 'yaml',
  'application/x-sh': 'sh',
}

/** The ending of its file, without the dot. */
export const endingOf = (mediaType: string): string =>
  ENDINGS[mediaType] ?? (kindOf(mediaType) === 'mermaid' ? 'mmd' : 'txt')

/** The name of its file; a title that says its ending already keeps it. */
export function fileNameOf(title: string, mediaType: string): string {
  const ending = endingOf(mediaType)
  return title.toLowerCase().endsWith(`.${ending}`) ? title : `${title}.${ending}`
}

/** A drawing as a page of its own, in the middle of it. */
export const svgPage = (svg: string): string =>
  `<!doctype html><meta charset="utf-8"><style>body{margin:0;display:grid;min-height:100vh;place-items:center}svg{max-width:100%;height:auto}</style>${svg}`
