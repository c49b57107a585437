/** Cannot end the script that it stands in. */
const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', String.raw`\u003c`)

interface DiagramWish {
  /** The program that draws. */
  readonly mermaid: string
  readonly code: string
  readonly isDark: boolean
}

/**
 * A page that draws one diagram and tells how high it is. It is shown where it has no origin and reaches nothing, so
 * that what a model wrote may be whatever it likes.
 */
export const diagramPage = ({ mermaid, code, isDark }: DiagramWish): string => `<!doctype html>
<meta charset="utf-8">
<style>body{margin:0;overflow:hidden;background:transparent}svg{display:block;margin:auto;max-width:100%}</style>
<div id="drawn"></div>
<script>${mermaid.replaceAll('</script', String.raw`<\/script`)}</script>
<script>
const tell = (told) => parent.postMessage(told, '*')
const draw = async () => {
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: ${isDark ? "'dark'" : "'neutral'"} })
  const { svg } = await mermaid.render('diagram', ${inScript(code)})
  document.querySelector('#drawn').innerHTML = svg
  tell({ heightPx: Math.ceil(document.querySelector('svg').getBoundingClientRect().height) })
}
draw().catch((error) => tell({ error: String(error && error.message || error) }))
</script>`
