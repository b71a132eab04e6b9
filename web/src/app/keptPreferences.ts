/** The preferences of the frame as the API keeps them for each person: they come along to every browser. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'

import { api, read, type Schemas } from '../api/client'
import { preferencesQuery } from '../api/me'
import { queryClient } from '../api/queries'
import { AT_FIRST, type Density, type Preferences, setPreferences, type Theme } from './preferences'
import { announceProblem } from './toasts'

type Ui = NonNullable<Schemas['PreferencesBody']['ui']>

const THEMES: readonly Theme[] = ['system', 'light', 'dark']
const DENSITIES: readonly Density[] = ['compact', 'normal', 'relaxed']

/** What was kept, as the frame knows it. What was never kept, or is not known here, is as at first. */
export function readUi(ui: Ui = {}): Preferences {
  return {
    theme: THEMES.find((one) => one === ui.theme) ?? AT_FIRST.theme,
    density: DENSITIES.find((one) => one === ui.density) ?? AT_FIRST.density,
    letterKeys: typeof ui.letter_keys === 'boolean' ? ui.letter_keys : AT_FIRST.letterKeys,
  }
}

/** The same for the API; keys of others in `ui` stay. */
export function withUi(ui: Ui = {}, change: Partial<Preferences>): Ui {
  const { letterKeys, ...same } = change
  return { ...ui, ...same, ...(letterKeys === undefined ? {} : { letter_keys: letterKeys }) }
}

/** Show the page as the person likes it, wherever that was said. What this browser remembers is for the first paint. */
export function useKeptPreferences(): void {
  const kept = useQuery(preferencesQuery).data
  useEffect(() => {
    if (kept) setPreferences(readUi(kept.ui))
  }, [kept])
}

let sending: Promise<void> = Promise.resolve()

/** Change a preference: at once here, then for good. One change after the other, so that none is lost. */
export function keepPreferences(change: Partial<Preferences>): void {
  setPreferences(change)
  sending = sending.then(() => send(change)).catch(announceProblem)
}

async function send(change: Partial<Preferences>): Promise<void> {
  const { queryKey } = preferencesQuery
  await queryClient.cancelQueries({ queryKey })
  const before = await read(api.GET('/api/v1/preferences'))
  const kept = await read(api.PUT('/api/v1/preferences', { body: { ...before, ui: withUi(before.ui, change) } }))
  queryClient.setQueryData(queryKey, kept)
}
