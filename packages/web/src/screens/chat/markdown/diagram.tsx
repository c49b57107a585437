import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { CodeBlock } from './code-block.tsx'
import { diagramPage } from './diagram-page.ts'

const words = defineWords('diagram', {
  diagram: { en: 'Diagram', zh: '图表' },
  source: { en: 'Source of the diagram', zh: '图表源码' },
  wrong: { en: 'This diagram cannot be drawn.', zh: '无法绘制此图表。' },
})

const HIGHEST_PX = 900

type Drawn = { readonly heightPx: number } | { readonly error: string } | null

/** A diagram, drawn in a frame that has no origin; its source can always be read. */
export function Diagram({ code }: { readonly code: string }): ReactNode {
  const w = useWords(words)
  const frame = useRef<HTMLIFrameElement>(null)
  const [drawn, setDrawn] = useState<Drawn>(null)
  useEffect(() => {
    let isGone = false
    const hear = ({ source, data }: MessageEvent<unknown>): void => {
      if (source === null || source !== frame.current?.contentWindow) return
      // What is drawn is drawn by a library of ours, whether or not this browser cuts the frame off.
      if (data === 'ready' || data === 'open') void show()
      else setDrawn(drawnOf(data))
    }
    const show = async (): Promise<void> => {
      const { default: mermaid } = await import('@mermaid-js/tiny/dist/mermaid.tiny.js?raw')
      const isDark = getComputedStyle(document.documentElement).colorScheme === 'dark'
      // The frame has no origin that could be named.
      if (!isGone) frame.current?.contentWindow?.postMessage(diagramPage({ mermaid, code, isDark }), '*')
    }
    addEventListener('message', hear)
    return () => {
      isGone = true
      removeEventListener('message', hear)
    }
  }, [code])
  const isWrong = drawn !== null && 'error' in drawn
  return (
    <figure className="space-y-1">
      {isWrong ? (
        <p className="text-small text-soft">{w('wrong')}</p>
      ) : (
        <iframe
          key={code}
          ref={frame}
          title={w('diagram')}
          sandbox="allow-scripts"
          src="/artifact-frame.html"
          height={drawn !== null && 'heightPx' in drawn ? drawn.heightPx : 160}
          // Of the scheme of its page, or the browser would lay white below it.
          className="w-full scheme-light rounded-medium border border-line bg-sheet"
        />
      )}
      <details open={isWrong}>
        <summary className="text-tiny text-soft">{w('source')}</summary>
        <CodeBlock code={code} language="mermaid" isOpen={false} />
      </details>
    </figure>
  )
}

/** What the frame says is what a model may have made it say. */
function drawnOf(data: unknown): Drawn {
  if (typeof data !== 'object' || data === null) return null
  if ('heightPx' in data && typeof data.heightPx === 'number' && data.heightPx > 0)
    return { heightPx: Math.min(data.heightPx, HIGHEST_PX) }
  return 'error' in data ? { error: String(data.error) } : null
}
