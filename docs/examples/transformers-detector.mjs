// A detector by a token classification model, in ONNX, through @huggingface/transformers, which you install yourself:
// the package and the weights are no part of Freehold, and this file was not run with any. What was run is `spansOf`,
// over the output that the documentation of the package shows.

/** A directory with the model as the package expects it. Nothing is fetched from anywhere. */
const MODELS = new URL('models/', import.meta.url)
const MODEL = 'bert-base-NER'
/** Models read 512 tokens and drop the rest, and a Chinese character is a token. */
const MOST_CHARACTERS = 400
const OVERLAP = 60

export async function createDetector() {
  const { env, pipeline } = await import('@huggingface/transformers')
  env.allowRemoteModels = false
  env.localModelPath = MODELS.pathname
  const classify = await pipeline('token-classification', MODEL)
  return {
    id: 'transformers',
    async detect(text) {
      const spans = []
      for (const { start, part } of partsOf(text)) {
        // All tokens, also those of no type: without them nobody knows which of two equal words is meant.
        const tokens = await classify(part, { ignore_labels: [] })
        for (const span of spansOf(tokens, part))
          spans.push({ ...span, start: start + span.start, end: start + span.end })
      }
      return spans
    },
  }
}

function* partsOf(text) {
  for (let start = 0; start < text.length; start += MOST_CHARACTERS - OVERLAP) {
    yield { start, part: text.slice(start, start + MOST_CHARACTERS) }
    if (start + MOST_CHARACTERS >= text.length) return
  }
}

/** The tokens carry no offsets: each is looked for behind the one before. One that is not found ends what began. */
export function spansOf(tokens, text) {
  const spans = []
  let open = null
  let at = 0
  for (const { entity, score, word } of tokens) {
    const letters = word.replace(/^##/, '')
    const start = text.indexOf(letters, at)
    if (start < 0) {
      open = null
      continue
    }
    at = start + letters.length
    const [place, type] = /^([BI])-(.+)$/.exec(entity)?.slice(1) ?? []
    const goesOn = open !== null && open.type === type && (place === 'I' || word.startsWith('##'))
    if (goesOn) Object.assign(open, { end: at, score: Math.max(open.score, score) })
    else if (type === undefined) open = null
    else spans.push((open = { start, end: at, type, score }))
  }
  return spans
}
