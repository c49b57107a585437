import type { Citation } from '@freehold/sdk'
import { useMatches } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react'
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { cx } from '../../../parts/class-names.ts'
import { PassagePane } from './passage-pane.tsx'
import { paneWords } from './pane-words.ts'
import type { Beside } from './passage.ts'
import { keep, readKept } from '../../../kept.ts'

const FilesPane = lazy(async () => ({ default: (await import('../artifacts/files-pane.tsx')).FilesPane }))

const WIDE = '(min-width: 64rem)'
const KEPT = 'freehold.pane'
const [NARROWEST, WIDEST, STEP] = [320, 900, 40]

const bounded = (width: number): number =>
  Math.round(Math.max(NARROWEST, Math.min(WIDEST, innerWidth - 640, width)))

interface PaneProps {
  readonly shown: Beside
  readonly onShow: (next: Beside | null) => void
}

/** What is read beside the screen: a column whose width one chooses, and a sheet over it where there is no room. */
export function Pane({ shown, onShow }: PaneProps): ReactNode {
  const w = useWords(paneWords)
  const isWide = useSyncExternalStore(
    (changed) => {
      const query = matchMedia(WIDE)
      query.addEventListener('change', changed)
      return () => query.removeEventListener('change', changed)
    },
    () => matchMedia(WIDE).matches,
  )
  const path = useMatches({ select: (matches) => matches.at(-1)?.pathname ?? '/' })
  const [opened] = useState(path)
  useEffect(() => {
    if (path !== opened) onShow(null)
    // Closed once, when one goes elsewhere.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [path])
  const close = (): void => onShow(null)

  return (
    <Beneath label={w('pane')} isWide={isWide} onClose={close}>
      <Head shown={shown} onShow={onShow} />
      <Content shown={shown} onShow={onShow} />
    </Beneath>
  )
}

interface BeneathProps {
  readonly label: string
  /** There is room for it beside the screen. */
  readonly isWide: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/** One element in both cases, so that nothing in it is lost when a window is resized or a telephone is turned. */
function Beneath({ label, isWide, onClose, children }: BeneathProps): ReactNode {
  const w = useWords(paneWords)
  const [width, setWidth] = useState(() => bounded(Number(readKept(KEPT) ?? '480') || 480))
  const aside = useRef<HTMLDivElement>(null)
  const before = useRef(document.activeElement)
  useEffect(() => {
    aside.current?.focus()
    const came = before.current
    return () => {
      if (came instanceof HTMLElement && came.isConnected) came.focus()
    }
  }, [])
  useEffect(() => {
    const covered = isWide ? [] : Array.from(aside.current?.parentElement?.children ?? [])
    const others = covered.filter((element) => element instanceof HTMLElement && element !== aside.current)
    for (const element of others) element.toggleAttribute('inert', true)
    return () => {
      for (const element of others) element.toggleAttribute('inert', false)
    }
  }, [isWide])
  const resize = (next: number): void => {
    setWidth(bounded(next))
    keep(KEPT, String(bounded(next)))
  }
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) resize(innerWidth - event.clientX)
  }
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key]
    if (step !== undefined) resize(width + step)
  }
  return (
    <div
      ref={aside}
      tabIndex={-1}
      aria-label={label}
      {...(isWide ? { role: 'complementary', style: { width } } : { role: 'dialog', 'aria-modal': true })}
      className={cx('flex bg-sheet outline-none', isWide ? 'shrink-0' : 'fixed inset-0 z-40')}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose()
      }}
    >
      {isWide && (
        <div
          role="separator"
          tabIndex={0}
          aria-label={w('resize')}
          aria-orientation="vertical"
          aria-valuemin={NARROWEST}
          aria-valuemax={WIDEST}
          aria-valuenow={width}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={drag}
          onKeyDown={press}
          className="w-1.5 shrink-0 cursor-col-resize border-s border-line hover:bg-tint focus-visible:bg-accent"
        />
      )}
      <div className="flex min-w-0 grow flex-col">{children}</div>
    </div>
  )
}

/** The way from one citation to the next, and out. */
function Head({ shown, onShow }: PaneProps): ReactNode {
  const w = useWords(paneWords)
  const among = shown.kind === 'passage' ? shown.among : []
  const at = shown.kind === 'passage' ? among.indexOf(shown.citation) : -1
  const go = (citation: Citation | undefined): void => {
    if (citation) onShow({ kind: 'passage', citation, among })
  }
  return (
    <div className="flex min-h-11 items-center gap-1 border-b border-line px-2">
      {at !== -1 && among.length > 1 && (
        <>
          <IconButton
            size="small"
            label={w('previous')}
            disabled={at === 0}
            onClick={() => go(among[at - 1])}
          >
            <ChevronLeft aria-hidden className="size-4" />
          </IconButton>
          <IconButton
            size="small"
            label={w('next')}
            disabled={at === among.length - 1}
            onClick={() => go(among[at + 1])}
          >
            <ChevronRight aria-hidden className="size-4" />
          </IconButton>
          <p role="status" className="ps-1 text-small text-soft">
            {w('of', { n: at + 1, count: among.length })}
          </p>
        </>
      )}
      <span className="grow" />
      <IconButton size="small" label={w('close')} onClick={() => onShow(null)}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </div>
  )
}

function Content({ shown }: PaneProps): ReactNode {
  if (shown.kind === 'files')
    return (
      <Suspense>
        <FilesPane key={shown.conversation} conversation={shown.conversation} one={shown.one} />
      </Suspense>
    )
  const { documentId, collectionId, span, title, attachment, page, heading, cells } = shown.citation
  return (
    <PassagePane
      documentId={documentId}
      collectionId={collectionId}
      span={span}
      title={title}
      {...(attachment && { attachment })}
      {...(page !== undefined && { page })}
      {...(heading !== undefined && { heading })}
      {...(cells !== undefined && { cells })}
    />
  )
}
