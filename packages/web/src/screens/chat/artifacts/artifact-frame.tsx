import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { artifactWords } from './artifact-words.ts'

interface ArtifactFrameProps {
  readonly title: string
  /** A whole page; it may be whatever a model likes. */
  readonly page: string
}

/** What the frame found out before anything is in it: whether this browser cuts it off from every network. */
type Found = 'ready' | 'open' | null

/**
 * Shows a page that nobody trusts. The frame has no origin, may run scripts and nothing else, and its own policy lets
 * it reach nothing; what it says is heard once, and never again. A browser that cannot cut it off runs nothing before
 * whoever looks at it wants that.
 */
export function ArtifactFrame({ title, page }: ArtifactFrameProps): ReactNode {
  const w = useWords(artifactWords)
  const frame = useRef<HTMLIFrameElement>(null)
  const [found, setFound] = useState<Found>(null)
  const [isWanted, setWanted] = useState(false)
  useEffect(() => {
    setFound(null)
    setWanted(false)
    const hear = ({ source, data }: MessageEvent<unknown>): void => {
      if (source === null || source !== frame.current?.contentWindow) return
      if (data !== 'ready' && data !== 'open') return
      removeEventListener('message', hear)
      setFound(data)
    }
    addEventListener('message', hear)
    return () => removeEventListener('message', hear)
  }, [page])
  const isShown = found === 'ready' || (found === 'open' && isWanted)
  useEffect(() => {
    // The frame has no origin that could be named.
    if (isShown) frame.current?.contentWindow?.postMessage(page, '*')
  }, [isShown, page])
  const isAsking = found === 'open' && !isWanted
  return (
    <>
      <p className="px-4 py-1.5 text-tiny text-soft">{w(found === 'open' ? 'open' : 'framed')}</p>
      {isAsking && (
        <p className="px-4 py-1.5">
          <Button onClick={() => setWanted(true)}>{w('run')}</Button>
        </p>
      )}
      <iframe
        key={page}
        ref={frame}
        title={title}
        hidden={isAsking}
        sandbox="allow-scripts"
        referrerPolicy="no-referrer"
        src="/artifact-frame.html"
        className="size-full min-h-80 grow border-0"
        // Pages of others count on black letters and white paper.
        style={{ background: 'white', colorScheme: 'light' }}
      />
    </>
  )
}
