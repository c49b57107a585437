export function count_days({ from, to }) {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86400000)
}
