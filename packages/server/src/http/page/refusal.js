/** What the platform refused, with its reason in English and a code that the page has words for. */
export class Refusal extends Error {
  /** @param {string} code @param {string} message @param {number} status */
  constructor(code, message, status) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.status = status
  }
}

/**
 * The refusal in a response that is not a success; also when a proxy answered instead of the platform.
 * @param {number} status
 * @param {string} body
 */
export function refusalFrom(status, body) {
  try {
    const { code, message } = JSON.parse(body).error
    return new Refusal(String(code), String(message), status)
  } catch {
    return new Refusal('unknown', `HTTP ${status}`, status)
  }
}
