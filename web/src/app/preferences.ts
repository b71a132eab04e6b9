/**
 * Theme, density, and whether single letters are commands, as this browser shows and remembers them: it needs them before
 * anything is read. What people change goes through keptPreferences.ts, which also stores it.
 */
import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'
export type Density = 'compact' | 'normal' | 'relaxed'
export type Preferences = { theme: Theme; density: Density; letterKeys: boolean }

const PLACE = 'shopwright.preferences'
export const AT_FIRST: Preferences = { theme: 'system', density: 'normal', letterKeys: true }
const ROW_HEIGHTS: Record<Density, number> = { compact: 28, normal: 32, relaxed: 40 }

const watchers = new Set<() => void>()
let current = recall()

function recall(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Partial<Preferences>
    return { ...AT_FIRST, ...kept }
  } catch {
    return AT_FIRST
  }
}

function isDark(theme: Theme): boolean {
  if (theme !== 'system') return theme === 'dark'
  return matchMedia('(prefers-color-scheme: dark)').matches
}

/** Put the preferences on the document; tokens.css reads them there. */
export function applyPreferences(): void {
  const root = document.documentElement
  root.dataset.theme = isDark(current.theme) ? 'dark' : 'light'
  root.dataset.density = current.density
}

/** Follow the system's theme while it changes. */
export function followSystemTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyPreferences)
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(PLACE, JSON.stringify(current))
  } catch {
    // A browser that keeps nothing still shows the change until the page is closed.
  }
  applyPreferences()
  for (const watcher of watchers) watcher()
}

export function getPreferences(): Preferences {
  return current
}

export function usePreferences(): Preferences {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher)
    return () => watchers.delete(watcher)
  }, getPreferences)
}

/** Height of a table's row in pixels. */
export function useRowHeight(): number {
  return ROW_HEIGHTS[usePreferences().density]
}
