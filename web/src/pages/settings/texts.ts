/** Between what the forms hold, as texts, and what the API takes. */

import type { Preferences, ShopSettings } from './queries'

/** Lines of a text area without the empty ones. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

export type FocusTexts = { kpis: string; goals: string; marketplaces: string }

export function focusTexts(preferences: Preferences): FocusTexts {
  const goals = (preferences.business_goals ?? []).toSorted((a, b) => a.priority - b.priority)
  return {
    kpis: (preferences.kpi_preferences ?? []).join('\n'),
    goals: goals.map((goal) => goal.goal).join('\n'),
    marketplaces: (preferences.marketplace_focus ?? []).join('\n'),
  }
}

/** The preferences with other texts; what the page does not show stays. */
export function withFocus(preferences: Preferences, texts: FocusTexts): Preferences {
  return {
    ...preferences,
    kpi_preferences: linesOf(texts.kpis),
    business_goals: linesOf(texts.goals).map((goal, place) => ({ goal, priority: place + 1 })),
    marketplace_focus: linesOf(texts.marketplaces),
  }
}

/** Millionths as percent: 190000 is "19". */
export function percentText(ppm: number): string {
  return String(ppm / 10_000)
}

/** A percent text as whole millionths; NaN for what is no number, which the server refuses by name. */
export function ppmOf(percent: string): number {
  return percent.trim() === '' ? Number.NaN : Math.round(Number(percent.replace(',', '.')) * 10_000)
}

export type ShopTexts = {
  currency: string
  country: string
  tax: string
  tax_basis: ShopSettings['tax_basis']
  time_zone: string
  everyMinutes: string
  afterCollection: boolean
  collect: boolean
  lookEvery: string
  staleAfter: string
}

export function shopTexts({ repricing, ingestion, ...settings }: ShopSettings): ShopTexts {
  return {
    currency: settings.currency,
    country: settings.country,
    tax: percentText(settings.tax_ppm),
    tax_basis: settings.tax_basis,
    time_zone: settings.time_zone,
    everyMinutes: repricing.every_minutes == null ? '' : String(repricing.every_minutes),
    afterCollection: repricing.after_collection ?? true,
    collect: ingestion.collect ?? true,
    lookEvery: String(ingestion.look_every_seconds ?? ''),
    staleAfter: String(ingestion.stale_after_minutes ?? ''),
  }
}

export function shopSettings(texts: ShopTexts): ShopSettings {
  return {
    currency: texts.currency.trim().toUpperCase(),
    country: texts.country.trim().toUpperCase(),
    tax_ppm: ppmOf(texts.tax),
    tax_basis: texts.tax_basis,
    time_zone: texts.time_zone.trim(),
    repricing: {
      after_collection: texts.afterCollection,
      every_minutes: texts.everyMinutes.trim() === '' ? null : Number(texts.everyMinutes),
    },
    ingestion: {
      collect: texts.collect,
      look_every_seconds: Number(texts.lookEvery),
      stale_after_minutes: Number(texts.staleAfter),
    },
  }
}

/** Days from now as the moment at which a token ends. */
export function endingIn(days: number | null, now: Date = new Date()): string | null {
  return days === null ? null : new Date(now.getTime() + days * 86_400_000).toISOString()
}
