import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import { type Answered, api, read } from '../../api/client'

export const PERIODS = ['7d', '30d', '90d', '365d'] as const
export const COMPARISONS = ['previous', 'year', 'none'] as const
export type Period = (typeof PERIODS)[number]
export type Comparison = (typeof COMPARISONS)[number]
export type Dashboard = Answered<'DashboardAnswer'>
export type FigureAnswer = Answered<'FigureAnswer'>

export const DASHBOARD = ['sales', 'dashboard'] as const

/** Six figures with comparison, past and age; the revenue by day; what waits for a person; what has changed. */
export function dashboardQuery(period: Period, compare: Comparison) {
  return queryOptions({
    queryKey: [...DASHBOARD, period, compare],
    queryFn: ({ signal }) => read(api.GET('/api/v1/dashboard', { signal, params: { query: { period, compare } } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}
