import type { Connectors } from '../connectors/connectors.ts'
import type { EgressLog, EgressStart } from '../broker/broker-ports.ts'

/** What is known of a call before anything of it leaves. */
export type Leaving = Omit<EgressStart, 'zone' | 'method' | 'host' | 'port' | 'bytesOut' | 'masked' | 'at'>

/** The same connectors, with a line on record for each question and message before it leaves. They reach private hosts alone. */
export function recordedConnectors(
  connectors: Connectors,
  egress: Pick<EgressLog, 'begin'>,
  leaving: Leaving,
): Connectors {
  const recorded = async <T>(address: string, bytesOut: number, act: () => Promise<T>): Promise<T> => {
    const url = URL.parse(address)
    const fromMs = performance.now()
    const record = await egress.begin({
      ...leaving,
      zone: 'private',
      method: 'POST',
      host: url?.hostname ?? '',
      port: Number(url?.port) || 0,
      bytesOut,
      masked: 0,
      at: Date.now(),
    })
    try {
      return await act()
    } finally {
      record.over({ status: null, bytesIn: 0, ms: Math.round(performance.now() - fromMs), failure: null })
    }
  }
  return {
    sql: (question, signal) =>
      recorded(question.url, Buffer.byteLength(question.text), () => connectors.sql(question, signal)),
    mail: (message, signal) =>
      recorded(message.url, Buffer.byteLength(JSON.stringify(message)), () =>
        connectors.mail(message, signal),
      ),
  }
}
