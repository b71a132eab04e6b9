import { queryOptions } from '@tanstack/react-query'

import { api, read } from '../../api/client'

export const PERIODS = ['90d', '1y'] as const
export type Period = (typeof PERIODS)[number]

const LENGTHS: Record<Period, number> = { '90d': 90, '1y': 365 }

/** The first day of forecasts that a period reaches back to. */
export function sinceDay(period: Period, now: Date): string {
  return new Date(now.getTime() - LENGTHS[period] * 86_400_000).toISOString().slice(0, 10)
}

/** How forecasts of all products came out that begin within a period. */
export function accuracyQuery(period: Period) {
  return queryOptions({
    queryKey: ['forecasts', 'accuracy', 'all', period],
    queryFn: ({ signal }) => read(api.GET('/api/v1/demand/accuracy', { params: { query: { since: sinceDay(period, new Date()) } }, signal })),
  })
}
