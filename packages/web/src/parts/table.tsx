import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import type { Keyset } from '../keyset.ts'
import { Refused } from '../refusal/refused.tsx'
import { Button } from './button.tsx'
import { Loading } from './state.tsx'
import { TextField } from './field.tsx'
import { Menu, MenuItem } from './menu.tsx'
import { csvOf, linesOf, save } from './saving.ts'
import { ShowMore } from './show-more.tsx'
import { notify, notifyRefusal } from './toast.tsx'

const words = defineWords('table', {
  filter: { en: 'Filter', zh: '筛选' },
  filterHelp: { en: 'Of what is loaded', zh: '在已加载的内容中' },
  none: { en: 'Nothing fits the filter.', zh: '没有符合筛选条件的内容。' },
  export: { en: 'Export', zh: '导出' },
  csv: { en: 'CSV, for spreadsheets', zh: 'CSV（电子表格）' },
  json: { en: 'JSON lines, with every field', zh: 'JSON 行（全部字段）' },
  cut: {
    en: 'The file holds the first {count} rows. Choose less above for the others.',
    zh: '文件包含前 {count} 行。请用上面的条件缩小范围后再导出其余部分。',
  },
  count: { en: '{count, plural, one {# row} other {# rows}}', zh: '{count} 行' },
  countMore: { en: '{count} rows, and more', zh: '{count} 行，还有更多' },
})

export interface Column<T> {
  readonly id: string
  readonly title: string
  readonly cell: (item: T) => ReactNode
  /** As text: for the filter and the export; without it the column is in neither. */
  readonly text?: (item: T) => string
  /** Left out where the screen is narrow. */
  readonly isMinor?: boolean
  readonly isNumber?: boolean
}

interface TableProps<T> {
  /** What the rows are, for screen readers and as the name of the export. */
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly list: Keyset<T>
  readonly keyOf: (item: T) => string
  /** Instead of the table where there is nothing at all. */
  readonly empty: ReactNode
  /** Left of the filter: filters that the server applies. */
  readonly filters?: ReactNode
  readonly onOpen?: (item: T) => void
  /** The filter looks through all there is: further pages are read while something stands in it. */
  readonly isSearch?: boolean
}

type Format = 'csv' | 'json'

/** More than that no spreadsheet reads with pleasure. */
const MOST_EXPORTED = 10_000

/** A list with keyset paging, a filter over what is loaded and an export of all that there is. */
export function Table<T>({
  label,
  columns,
  list,
  keyOf,
  empty,
  filters,
  onOpen,
  isSearch = false,
}: TableProps<T>): ReactNode {
  const w = useWords(words)
  const [filter, setFilter] = useState('')
  const { items, query } = list
  const texts = columns.filter((column) => column.text !== undefined)
  const needle = filter.trim().toLowerCase()
  const fits = (item: T): boolean =>
    needle === '' || texts.some((column) => column.text?.(item).toLowerCase().includes(needle))
  const shown = items.filter(fits)
  const exporting = useMutation({
    mutationFn: async (format: Format) => ({
      format,
      all: [...items, ...(await list.rest(MOST_EXPORTED - items.length))],
    }),
    onError: notifyRefusal,
    onSuccess({ all, format }) {
      if (all.length >= MOST_EXPORTED) notify(w('cut', { count: MOST_EXPORTED }))
      const chosen = all.filter(fits)
      if (format === 'json') return save(`${label}.jsonl`, linesOf(chosen), 'application/jsonl')
      const rows = chosen.map((item) => texts.map((column) => column.text?.(item) ?? ''))
      return save(`${label}.csv`, csvOf([texts.map((column) => column.title), ...rows]), 'text/csv')
    },
  })

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  useEffect(() => {
    if (isSearch && needle !== '' && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [isSearch, needle, hasNextPage, isFetchingNextPage, fetchNextPage])

  if (query.isPending) return <Loading />
  if (query.error && items.length === 0)
    return <Refused error={query.error} onRetry={() => void query.refetch()} />
  const isBare = items.length === 0
  if (isBare && filters === undefined) return empty
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-end gap-3">
        {filters}
        <div className="w-56 max-w-full">
          <TextField
            label={w('filter')}
            {...(!isSearch && { placeholder: w('filterHelp') })}
            type="search"
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
        </div>
        <p className="grow pb-1.5 text-small text-soft" role="status">
          {w(query.hasNextPage ? 'countMore' : 'count', { count: shown.length })}
        </p>
        <Menu
          trigger={
            <Button icon={<Download aria-hidden className="size-4" />} isBusy={exporting.isPending}>
              {w('export')}
            </Button>
          }
        >
          <MenuItem onSelect={() => exporting.mutate('csv')}>{w('csv')}</MenuItem>
          <MenuItem onSelect={() => exporting.mutate('json')}>{w('json')}</MenuItem>
        </Menu>
      </div>
      {isBare ? (
        empty
      ) : (
        <div
          className="overflow-x-auto rounded-large border border-line bg-sheet"
          tabIndex={0}
          role="group"
          aria-label={label}
        >
          <table className="w-full text-small">
            <caption className="unseen">{label}</caption>
            <thead>
              <tr className="border-b border-line text-start text-soft">
                {columns.map((column) => (
                  <th
                    key={column.id}
                    scope="col"
                    className={`px-3 py-2 font-medium whitespace-nowrap ${column.isNumber ? 'text-end' : 'text-start'} ${column.isMinor ? 'max-wide:hidden' : ''}`}
                  >
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((item) => (
                <tr
                  key={keyOf(item)}
                  className={`border-b border-line last:border-0 ${onOpen ? 'cursor-pointer hover:bg-tint' : ''}`}
                  onClick={
                    onOpen &&
                    ((event) => {
                      // A press on something of its own in the row, or the end of a selection, opens nothing.
                      const isOwn =
                        event.target instanceof Element && event.target.closest('a,button,input,select,label')
                      if (!isOwn && getSelection()?.isCollapsed !== false) onOpen(item)
                    })
                  }
                >
                  {columns.map((column) => (
                    <td
                      key={column.id}
                      className={`px-3 py-2 align-baseline ${column.isNumber ? 'text-end tabular-nums' : ''} ${column.isMinor ? 'max-wide:hidden' : ''}`}
                    >
                      {column.cell(item)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {shown.length === 0 && <p className="p-4 text-small text-soft">{w('none')}</p>}
        </div>
      )}
      {items.length > 0 && <ShowMore query={query} />}
    </div>
  )
}
