/** What is asked for at once where everything is read. */
const MOST = 200

/**
 * Every item of a list that comes in pages.
 * @param {import('./api.js').Api} api
 * @param {string} path
 */
export async function readAll(api, path) {
  const all = []
  for (let after = ''; ;) {
    const { data, next } = await api.read(`${path}?limit=${MOST}${after}`)
    all.push(...data)
    if (next === null) return all
    after = `&after=${encodeURIComponent(next)}`
  }
}
