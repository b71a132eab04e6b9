import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

const css = readFileSync('src/styles/tokens.css', 'utf8')

function tokens(theme: string): Record<string, string> {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? ''
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]))
}

function luminance(colour: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
  const [red = 0, green = 0, blue = 0] = channels.map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const BACKGROUNDS = ['bg', 'surface', 'raised', 'hover', 'accent-soft']
const TEXTS = ['text', 'muted', 'accent', 'good', 'bad', 'warn']
const ON_SOFT: [string, string][] = [['good', 'good-soft'], ['bad', 'bad-soft'], ['warn', 'warn-soft'], ['accent-text', 'accent']]
const pairs = [...BACKGROUNDS.flatMap((back) => TEXTS.map((text): [string, string] => [text, back])), ...ON_SOFT]

describe.each(['light', 'dark'])('%s theme', (theme) => {
  const colours = tokens(theme)

  it.each(pairs)('%s on %s can be read (4.5:1)', (text, back) => {
    expect(contrast(colours[text] ?? '', colours[back] ?? '')).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['line-strong', 'series-1', 'series-2', 'series-3', 'series-4'])('%s stands out from the surface (3:1)', (token) => {
    expect(contrast(colours[token] ?? '', colours.surface ?? '')).toBeGreaterThanOrEqual(3)
  })
})

it('has the same tokens in both themes', () => {
  expect(Object.keys(tokens('dark')).toSorted()).toEqual(Object.keys(tokens('light')).toSorted())
})
