import type { Broker } from '../../packages/server/src/skills/runner.ts'

/** Goes where it is told, over the loopback interface, and says what it sent. */
export function loopbackBroker(seen: { method: string; url: string; bearer?: string }[] = []): Broker {
  return {
    async send({ method, url, headers, body, bearer }, signal) {
      seen.push({ method, url, ...(bearer !== undefined && { bearer }) })
      const answer = await fetch(url, {
        method,
        headers: { ...headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
        ...(body && { body: new Uint8Array(body) }),
        signal,
      })
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      }
    },
  }
}
