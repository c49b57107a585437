import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import type { Maths } from './parse.ts'

/** Longer than any formula that is read by people. */
const LONGEST_TEX = 4000

/** A formula, set by the browser; its TeX until that is loaded, and where it cannot be read. */
export function MathsText({ maths }: { readonly maths: Maths }): ReactNode {
  const { tex, display, raw } = maths
  const place = useRef<HTMLSpanElement>(null)
  const [isSet, setSet] = useState(false)
  useEffect(() => {
    let isGone = false
    const set = async (): Promise<void> => {
      const { default: temml } = await import('temml')
      if (isGone || place.current === null) return
      // Built node by node, without markup; `trust` would let a formula link and load.
      temml.render(tex, place.current, {
        displayMode: display,
        trust: false,
        throwOnError: true,
        maxExpand: 200,
        maxSize: [20, 20],
      })
      setSet(true)
    }
    if (tex.length <= LONGEST_TEX) set().catch(() => setSet(false))
    return () => {
      isGone = true
    }
  }, [tex, display])
  return (
    <>
      <span
        ref={place}
        hidden={!isSet}
        className={display ? 'block overflow-x-auto py-1 text-center' : undefined}
      />
      {!isSet && <code>{raw.trim()}</code>}
    </>
  )
}
