/**
 * An element that page.html must hold.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const node = document.getElementById(id)
  if (!(node instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`)
  return node
}

/**
 * A new element with a class and children; text is always text, never markup.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} [className]
 * @param {readonly (Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, className = '', children = []) {
  const node = document.createElement(tag)
  if (className !== '') node.className = className
  node.append(...children)
  return node
}

/**
 * A button that does one thing.
 * @param {string} className
 * @param {() => void} onClick
 */
export function button(className, onClick) {
  const node = element('button', className)
  node.type = 'button'
  node.addEventListener('click', onClick)
  return node
}

/**
 * Tells a screen reader once, without moving the focus.
 * @param {string} words
 */
export function announce(words) {
  byId('announcer', HTMLElement).textContent = words
}
