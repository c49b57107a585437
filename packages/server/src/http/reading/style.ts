import { createHash } from 'node:crypto'

/** What a page of a conversation looks like, on a screen and on paper. It names nothing that would have to be fetched. */
export const READING_STYLE = `
:root{--paper:#f5f3ec;--sheet:#fffdf8;--ink:#1c2320;--soft:#57605b;--line:#dedacd;--accent:#17614a;--tint:#e6f0ea;color-scheme:light dark;
--body:system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif}
@media (prefers-color-scheme:dark){:root{--paper:#111513;--sheet:#191f1c;--ink:#e7ebe7;--soft:#a2aca6;--line:#2b332f;--accent:#7dcfae;--tint:#1e3028}}
*{box-sizing:border-box}
html{background:var(--paper);-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:46rem;padding:1.5rem 1.25rem 3rem;font:1rem/1.65 var(--body);color:var(--ink);overflow-wrap:anywhere}
h1{margin:0 0 .35rem;font-size:clamp(1.4rem,5vw,1.9rem);line-height:1.3}
h2{margin:0;font-size:1rem}
h3,h4,h5,h6{margin:1rem 0 .4rem;font-size:1.05rem}
p,ul,ol,pre,blockquote,table{margin:.6rem 0}
.soft,footer{color:var(--soft);font-size:.875rem}
.soft{margin:0}
article{margin:1.25rem 0;padding:1rem 1.1rem;background:var(--sheet);border:1px solid var(--line);border-radius:.75rem}
article.user{background:var(--tint)}
article header{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .75rem}
time{font-variant-numeric:tabular-nums}
pre{padding:.75rem;overflow-x:auto;background:var(--paper);border-radius:.5rem;font-size:.875rem}
code{font-family:ui-monospace,'SF Mono',Menlo,Consolas,monospace;font-size:.92em}
blockquote{padding-left:.9rem;border-left:3px solid var(--line);color:var(--soft)}
.wide{overflow-x:auto}
table{border-collapse:collapse}
th,td{padding:.3rem .6rem;border:1px solid var(--line);text-align:start;vertical-align:top}
ul,ol{padding-inline-start:1.5rem}
li.deep{margin-inline-start:1.25rem}
.cite{color:var(--accent)}
.sources{margin-top:.9rem;padding-top:.6rem;border-top:1px solid var(--line);font-size:.875rem}
.sources h3{margin:0;font-size:.875rem;color:var(--soft)}
.sources ol{list-style:none;padding:0;margin:.3rem 0 0}
:target{background:var(--tint)}
footer{margin-top:2rem}
@media print{:root{--paper:#fff;--sheet:#fff;--ink:#000;--soft:#444;--line:#bbb;--accent:#000;--tint:#fff;color-scheme:light}
body{max-width:none;padding:0;font-size:10.5pt}
article{border:0;border-top:1px solid var(--line);border-radius:0;padding:.6rem 0;margin:0}
article header,h1,h2,h3{break-after:avoid}
pre,table,blockquote{break-inside:avoid}
pre{white-space:pre-wrap;border:1px solid var(--line)}}
`

const HASH = createHash('sha256').update(READING_STYLE).digest('base64')

/** Nothing runs, nothing is fetched, nothing is sent; only this one style counts. */
export const READING_POLICY = `default-src 'none'; style-src 'sha256-${HASH}'; base-uri 'none'; form-action 'none'`
