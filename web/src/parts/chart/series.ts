import type { BandPoint, Point } from './scales'

/** `ours` is the accent and thicker. Rivals get `series-1` to `series-4`, the same on every page; others are grey. */
export type SeriesColour = 'ours' | 'series-1' | 'series-2' | 'series-3' | 'series-4' | 'rest'

export type Series = {
  id: string
  name: string
  colour: SeriesColour
  points: readonly Point[]
  /** Dashed: a forecast. */
  dashed?: boolean
  /** Drawn as steps: a price stays until the next one. */
  steps?: boolean
}

export type Band = {
  id: string
  name: string
  colour: SeriesColour
  points: readonly BandPoint[]
  /** Lies around a narrower band, which is drawn on it: its own colour is the fainter one. */
  isOuter?: boolean
}
export type Marker = { x: number; label: string }
/** An upright line with a word on it: our price. */
export type Guide = { x: number; label: string }
/** A stretch that is marked at the foot of the picture: a promotion. */
export type Foot = { from: number; to: number; colour: SeriesColour; label: string }

export const COLOURS: Record<SeriesColour, string> = {
  ours: 'var(--accent)',
  'series-1': 'var(--series-1)',
  'series-2': 'var(--series-2)',
  'series-3': 'var(--series-3)',
  'series-4': 'var(--series-4)',
  rest: 'var(--series-rest)',
}

/** The colour of each rival by its place in the list of rivals, which has to be the same on every page. */
export function rivalColour(place: number): SeriesColour {
  return (['series-1', 'series-2', 'series-3', 'series-4'] as const)[place] ?? 'rest'
}
