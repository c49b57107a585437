import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'

interface ArtifactFrameProps {
  readonly title: string
  /** A whole page; it may be whatever a model likes. */
  readonly page: string
}

/**
 * Shows a page that nobody trusts. The frame has no origin, may run scripts and nothing else, and its own policy lets
 * it reach nothing; what it says is heard once, when it is ready, and never again.
 */
export function ArtifactFrame({ title, page }: ArtifactFrameProps): ReactNode {
  const frame = useRef<HTMLIFrameElement>(null)
  useEffect(() => {
    const hear = ({ source, data }: MessageEvent<unknown>): void => {
      if (source === null || source !== frame.current?.contentWindow || data !== 'ready') return
      removeEventListener('message', hear)
      // The frame has no origin that could be named.
      frame.current.contentWindow.postMessage(page, '*')
    }
    addEventListener('message', hear)
    return () => removeEventListener('message', hear)
  }, [page])
  return (
    <iframe
      key={page}
      ref={frame}
      title={title}
      sandbox="allow-scripts"
      referrerPolicy="no-referrer"
      src="/artifact-frame.html"
      className="size-full min-h-80 grow border-0"
      // Pages of others count on black letters and white paper.
      style={{ background: 'white', colorScheme: 'light' }}
    />
  )
}
