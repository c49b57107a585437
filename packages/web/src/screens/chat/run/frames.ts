/** Runs `draw` once before the next picture, however often it is asked to; a hidden page draws now and then. */
export function createFrames(draw: () => void): { readonly ask: () => void; readonly now: () => void } {
  let isAsked = false
  const run = (): void => {
    if (!isAsked) return
    isAsked = false
    draw()
  }
  return {
    ask() {
      if (isAsked) return
      isAsked = true
      if (document.hidden) setTimeout(run, 250)
      else requestAnimationFrame(run)
    },
    now() {
      isAsked = true
      run()
    },
  }
}
