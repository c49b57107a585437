/** What happens to a picture on its way. */
export const DEGRADATIONS = ['turned', 'blurred', 'compressed', 'shaded', 'noisy'] as const
export type Degradation = (typeof DEGRADATIONS)[number]

/** Runs in the page, where there are other globals. */
export const DEGRADED = `async ({ src, degradation, a, b, seed }) => {
  const image = new Image()
  image.src = src
  await image.decode()
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  const edge = degradation === 'turned' ? 40 : 0
  const scale = degradation === 'compressed' ? 0.7 + 0.2 * b : 1
  canvas.width = Math.round((image.width + 2 * edge) * scale)
  canvas.height = Math.round((image.height + 2 * edge) * scale)
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  if (degradation === 'blurred') pen.filter = \`blur(\${0.6 + a * 0.7}px)\`
  if (degradation === 'turned') {
    pen.translate(canvas.width / 2, canvas.height / 2)
    pen.rotate(((a - 0.5) * 7 * Math.PI) / 180)
    pen.translate(-canvas.width / 2, -canvas.height / 2)
  }
  pen.drawImage(image, edge, edge, image.width * scale, image.height * scale)
  pen.setTransform(1, 0, 0, 1, 0, 0)
  pen.filter = 'none'
  if (degradation === 'shaded') {
    const shade = pen.createLinearGradient(0, 0, canvas.width * a, canvas.height)
    shade.addColorStop(0, 'rgba(120,110,90,0.05)')
    shade.addColorStop(1, \`rgba(90,85,70,\${0.35 + 0.25 * b})\`)
    pen.fillStyle = shade
    pen.fillRect(0, 0, canvas.width, canvas.height)
  }
  if (degradation === 'noisy') {
    const whole = pen.getImageData(0, 0, canvas.width, canvas.height)
    let state = seed
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 4294967296
    }
    for (let at = 0; at < whole.data.length; at += 4) {
      const grain = (random() + random() - 1) * (40 + 50 * a)
      const speck = random() < 0.004 ? (random() < 0.5 ? 0 : 255) : null
      for (let c = 0; c < 3; c++) whole.data[at + c] = speck ?? (whole.data[at + c] ?? 0) + grain
    }
    pen.putImageData(whole, 0, 0)
  }
  return degradation === 'compressed'
    ? canvas.toDataURL('image/jpeg', 0.25 + 0.3 * a)
    : canvas.toDataURL('image/png')
}`

/**
 * The same five kinds, as strong, each come about another way: askew and turned, out of focus (a disc as wide as the bell
 * of the other), pressed again off the grid of the first time, under a lamp with the shadow of a hand, and grain of
 * film with flecks of dust.
 */
export const DEGRADED_OTHERWISE = `async ({ src, degradation, a, b, seed }) => {
  const loaded = async (from) => {
    const image = new Image()
    image.src = from
    await image.decode()
    return image
  }
  const image = await loaded(src)
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) throw new Error('no canvas')
  const edge = degradation === 'turned' ? 50 : 0
  const scale = degradation === 'compressed' ? 0.7 + 0.2 * b : 1
  canvas.width = Math.round((image.width + 2 * edge) * scale)
  canvas.height = Math.round((image.height + 2 * edge) * scale)
  const [w, h] = [canvas.width, canvas.height]
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, w, h)
  if (degradation === 'turned') {
    const angle = ((a - 0.5) * 7 * Math.PI) / 180
    pen.translate(w / 2, h / 2)
    pen.transform(Math.cos(angle), Math.sin(angle), 0.03 * (b - 0.5) - Math.sin(angle), Math.cos(angle), 0, 0)
    pen.translate(-w / 2, -h / 2)
  }
  pen.drawImage(image, edge, edge, image.width * scale, image.height * scale)
  pen.setTransform(1, 0, 0, 1, 0, 0)
  if (degradation === 'blurred') {
    const radius = 1.2 + 1.4 * a
    const reach = Math.ceil(radius)
    const disc = []
    for (let y = -reach; y <= reach; y++)
      for (let x = -reach; x <= reach; x++) {
        let inside = 0
        for (let i = 0; i < 25; i++)
          if (Math.hypot(x + ((i % 5) - 2) / 5, y + (Math.floor(i / 5) - 2) / 5) <= radius) inside += 1
        if (inside > 0) disc.push([x, y, inside])
      }
    const whole = disc.reduce((sum, [, , weight]) => sum + weight, 0)
    const from = pen.getImageData(0, 0, w, h)
    const to = pen.createImageData(w, h)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const sums = [0, 0, 0]
        for (const [dx, dy, weight] of disc) {
          const at = (Math.min(h - 1, Math.max(0, y + dy)) * w + Math.min(w - 1, Math.max(0, x + dx))) * 4
          for (let c = 0; c < 3; c++) sums[c] += weight * from.data[at + c]
        }
        for (let c = 0; c < 3; c++) to.data[(y * w + x) * 4 + c] = sums[c] / whole
        to.data[(y * w + x) * 4 + 3] = 255
      }
    pen.putImageData(to, 0, 0)
  }
  if (degradation === 'shaded') {
    const lamp = pen.createRadialGradient(w * a, h * b, 0, w * a, h * b, Math.hypot(w, h))
    lamp.addColorStop(0, 'rgba(255,240,200,0.1)')
    lamp.addColorStop(1, \`rgba(70,65,60,\${0.35 + 0.2 * b})\`)
    pen.fillStyle = lamp
    pen.fillRect(0, 0, w, h)
    pen.filter = 'blur(6px)'
    pen.fillStyle = 'rgba(60,60,70,0.25)'
    pen.beginPath()
    pen.moveTo(w * (0.2 + 0.6 * b), 0)
    pen.lineTo(w + 40, 0)
    pen.lineTo(w + 40, h + 40)
    pen.lineTo(w * (0.2 + 0.6 * a), h + 40)
    pen.fill()
    pen.filter = 'none'
  }
  if (degradation === 'noisy') {
    const whole = pen.getImageData(0, 0, w, h)
    let state = seed
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return (state + 1) / 4294967297
    }
    const bell = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
    const strength = (40 + 50 * a) / Math.sqrt(6)
    let [before, fleck, left] = [0, 0, 0]
    for (let at = 0; at < whole.data.length; at += 4) {
      const now = bell()
      const grain = (strength * (now + 0.3 * before)) / Math.hypot(1, 0.3)
      before = now
      if (left === 0 && random() < 0.002) [fleck, left] = [random() < 0.5 ? 0 : 255, 2]
      for (let c = 0; c < 3; c++) whole.data[at + c] = left > 0 ? fleck : whole.data[at + c] + grain
      if (left > 0) left -= 1
    }
    pen.putImageData(whole, 0, 0)
  }
  if (degradation !== 'compressed') return canvas.toDataURL('image/png')
  const once = await loaded(canvas.toDataURL('image/jpeg', 0.25 + 0.3 * a))
  pen.fillRect(0, 0, w, h)
  pen.drawImage(once, 3, 5)
  return canvas.toDataURL('image/jpeg', 0.7)
}`
