import type { Token, Tokens } from 'marked'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { csvOf } from '../../../parts/saving.ts'
import { CopyButton } from './copy-button.tsx'
import { Inline } from './inline.tsx'
import { decoded } from './links.ts'

const words = defineWords('markdown-table', {
  copy: { en: 'Copy as CSV', zh: '复制为 CSV' },
  copied: { en: 'The table is copied.', zh: '表格已复制。' },
  table: { en: 'Table', zh: '表格' },
})

const ALIGNED = { left: 'text-start', center: 'text-center', right: 'text-end' } as const

/** A table that scrolls within itself and can be taken along. */
export function TableBlock({ token }: { readonly token: Tokens.Table }): ReactNode {
  const w = useWords(words)
  const csv = (): string =>
    csvOf([token.header, ...token.rows].map((row) => row.map((cell) => textOf(cell.tokens))))
  const alignment = (cell: Tokens.TableCell): string | undefined =>
    cell.align ? ALIGNED[cell.align] : undefined
  return (
    <div className="overflow-hidden rounded-medium border border-line">
      <div
        role="region"
        aria-label={w('table')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by keyboard too
        tabIndex={0}
        className="overflow-x-auto"
      >
        <table className="w-full text-small">
          <thead className="bg-sunk text-start">
            <tr>
              {token.header.map((cell, at) => (
                // oxlint-disable-next-line react/no-array-index-key -- columns never change places
                <th key={at} scope="col" className={alignment(cell) ?? 'text-start'}>
                  <Inline tokens={cell.tokens} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {token.rows.map((row, line) => (
              // oxlint-disable-next-line react/no-array-index-key -- rows never change places
              <tr key={line}>
                {row.map((cell, at) => (
                  // oxlint-disable-next-line react/no-array-index-key -- columns never change places
                  <td key={at} dir="auto" className={alignment(cell)}>
                    <Inline tokens={cell.tokens} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="flex justify-end border-t border-line px-1">
        <CopyButton label={w('copy')} said={w('copied')} text={csv} />
      </div>
    </div>
  )
}

const textOf = (tokens: readonly Token[]): string =>
  tokens.map((token) => ('tokens' in token && token.tokens ? textOf(token.tokens) : plainOf(token))).join('')

const plainOf = (token: Token): string =>
  token.type === 'br' ? '\n' : decoded('text' in token ? String(token.text) : token.raw)
