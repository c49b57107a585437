/**
 * The same five kinds a third way, each as a telephone takes and sends it: the paper lies on something, which shows
 * around it. Held askew (in perspective), shaken along a curve, made small and pressed by two codecs after another,
 * under a blind with a glare and a crease, and in the dark, with noise of each colour. Runs in the page.
 */
export const DEGRADED_AS_TAKEN = `async ({ src, degradation, a, b, seed }) => {
  const loaded = async (from) => {
    const image = new Image()
    image.src = from
    await image.decode()
    return image
  }
  const penOf = (width, height) => {
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width)
    canvas.height = Math.round(height)
    const pen = canvas.getContext('2d', { willReadFrequently: true })
    if (!pen) throw new Error('no canvas')
    return pen
  }
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 1) / 4294967297
  }
  const bell = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())

  const paper = await loaded(src)
  const edge = degradation === 'turned' ? 110 : 44
  const pen = penOf(paper.width + 2 * edge, paper.height + 2 * edge)
  const [w, h] = [pen.canvas.width, pen.canvas.height]
  const ground = [[178, 144, 104], [104, 110, 114], [196, 188, 174], [136, 96, 66]][Math.floor(random() * 4)]
  pen.fillStyle = \`rgb(\${ground.join()})\`
  pen.fillRect(0, 0, w, h)
  pen.globalAlpha = 0.12
  for (let y = 0; y < h; y += 5) {
    pen.fillStyle = random() < 0.5 ? '#000' : '#fff'
    pen.fillRect(0, y, w, 2 + 3 * random())
  }
  pen.globalAlpha = 1

  if (degradation === 'turned') {
    const flat = penOf(paper.width, paper.height)
    flat.drawImage(paper, 0, 0)
    const from = flat.getImageData(0, 0, paper.width, paper.height)
    const to = pen.getImageData(0, 0, w, h)
    const angle = ((a < 0.5 ? -1 : 1) * (1.5 + 2.5 * Math.abs(2 * a - 1)) * Math.PI) / 180
    const [leanX, leanY] = [0.1 * (b - 0.5), 0.1 * (random() - 0.5)]
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const [u, v] = [x - w / 2, y - h / 2]
        const depth = 1 + (leanX * u) / w + (leanY * v) / h
        const sx = (cos * u + sin * v) / depth + paper.width / 2
        const sy = (cos * v - sin * u) / depth + paper.height / 2
        const [x0, y0] = [Math.floor(sx), Math.floor(sy)]
        if (x0 < 0 || y0 < 0 || x0 + 1 >= paper.width || y0 + 1 >= paper.height) continue
        const [fx, fy] = [sx - x0, sy - y0]
        const at = (y0 * paper.width + x0) * 4
        const below = at + paper.width * 4
        for (let c = 0; c < 3; c++)
          to.data[(y * w + x) * 4 + c] =
            (from.data[at + c] * (1 - fx) + from.data[at + 4 + c] * fx) * (1 - fy) +
            (from.data[below + c] * (1 - fx) + from.data[below + 4 + c] * fx) * fy
      }
    pen.putImageData(to, 0, 0)
  } else {
    pen.drawImage(paper, edge, edge)
  }

  if (degradation === 'blurred') {
    const still = penOf(w, h)
    still.drawImage(pen.canvas, 0, 0)
    const length = 3.2 + 2.2 * a
    const angle = Math.PI * b
    const steps = 12
    for (let i = 0; i < steps; i++) {
      const t = i / (steps - 1) - 0.5
      const along = length * t
      const across = 0.9 * length * t * t
      pen.globalAlpha = 1 / (i + 1)
      const dx = along * Math.cos(angle) - across * Math.sin(angle)
      const dy = along * Math.sin(angle) + across * Math.cos(angle)
      pen.drawImage(still.canvas, dx, dy)
    }
    pen.globalAlpha = 1
  }

  if (degradation === 'shaded') {
    pen.globalCompositeOperation = 'multiply'
    pen.filter = 'blur(9px)'
    pen.translate(w / 2, h / 2)
    pen.rotate(-0.5 + b)
    const wide = 130 + 90 * a
    for (let x = -w - h; x < w + h; x += wide) {
      const dark = Math.round(110 + 50 * random())
      pen.fillStyle = \`rgb(\${dark + 8},\${dark},\${dark - 12})\`
      pen.fillRect(x, -w - h, wide * 0.45, 2 * (w + h))
    }
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.filter = 'none'
    pen.globalCompositeOperation = 'source-over'
    const [x, y] = [w * (0.2 + 0.6 * a), h * (0.2 + 0.6 * b)]
    const glare = pen.createRadialGradient(x, y, 0, x, y, 0.3 * w)
    glare.addColorStop(0, \`rgba(255,255,250,\${0.35 + 0.2 * random()})\`)
    glare.addColorStop(1, 'rgba(255,255,250,0)')
    pen.fillStyle = glare
    pen.fillRect(0, 0, w, h)
    const fold = h * (0.3 + 0.4 * random())
    const crease = pen.createLinearGradient(0, fold - 24, 0, fold + 24)
    crease.addColorStop(0, 'rgba(0,0,0,0)')
    crease.addColorStop(0.49, 'rgba(0,0,0,0.4)')
    crease.addColorStop(0.51, 'rgba(255,255,255,0.3)')
    crease.addColorStop(1, 'rgba(255,255,255,0)')
    pen.fillStyle = crease
    pen.fillRect(0, fold - 24, w, 48)
  }

  if (degradation === 'noisy') {
    const whole = pen.getImageData(0, 0, w, h)
    const strength = 10 + 9 * a
    const colour = 8 + 9 * b
    const columns = Math.ceil(w / 3)
    const stains = Float32Array.from({ length: 3 * columns * Math.ceil(h / 3) }, () => colour * bell())
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const at = (y * w + x) * 4
        const stain = 3 * (Math.floor(y / 3) * columns + Math.floor(x / 3))
        const grain = strength * bell()
        for (let c = 0; c < 3; c++) whole.data[at + c] = 18 + 0.66 * whole.data[at + c] + grain + stains[stain + c]
      }
    pen.putImageData(whole, 0, 0)
  }

  if (degradation !== 'compressed') return pen.canvas.toDataURL('image/jpeg', degradation === 'noisy' ? 0.8 : 0.92)
  const scale = Math.min(1, Math.max(0.8, (1020 + 100 * a) / w))
  const small = penOf(w * scale, h * scale)
  small.imageSmoothingQuality = 'high'
  small.drawImage(pen.canvas, 0, 0, small.canvas.width, small.canvas.height)
  const sent = await loaded(small.canvas.toDataURL('image/webp', 0.02 + 0.12 * b))
  small.drawImage(sent, 0, 0)
  return small.canvas.toDataURL('image/jpeg', 0.38)
}`
