import type { MetricRow } from './metric-row.ts'

/** What tells of the Model Context Protocol. */
export const MCP_METRICS = {
  freehold_mcp_tool_calls_total: {
    type: 'counter',
    help: 'Calls of tools that clients made at /mcp, by outcome: done, failed, invalid, denied or timed_out.',
    labels: ['outcome'],
  },
  freehold_mcp_sessions: {
    type: 'gauge',
    help: 'Sessions of clients at /mcp that speak a revision of 2025.',
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricRow>>
