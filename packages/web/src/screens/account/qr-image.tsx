import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { drawQr } from './qr.ts'

/** Light modules around it, without which it is not found (ISO/IEC 18004, section 5.3.8). */
const MARGIN = 4

/** A QR code, drawn here: what it says goes nowhere. Dark on white in every look, because cameras expect that. */
export function QrImage({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const { whole, path } = useMemo(() => {
    const { size, dark } = drawQr(text)
    const squares = [...dark].flatMap((value, at) =>
      value === 1 ? `M${(at % size) + MARGIN} ${Math.floor(at / size) + MARGIN}h1v1h-1z` : [],
    )
    return { whole: size + 2 * MARGIN, path: squares.join('') }
  }, [text])
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${whole} ${whole}`}
      className="mx-auto block size-56 rounded-medium"
      shapeRendering="crispEdges"
    >
      <rect width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
