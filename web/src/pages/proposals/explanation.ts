/** Reads why a price is what it is. The API documents it as an object; whatever does not fit is treated as not there. */

export type LimitFact = { kind: string; words: string; side: 'floor' | 'cap'; source: string; value: string; room: string; binding: boolean }
export type RivalFact = { competitor: string; asked: string | null; equal_at: string | null; used: boolean; because: string | null }
export type WhatIf = { words: string; price: string | null; change: string; subject: string }

export type Explanation = {
  sentence: string
  decidedBy: string
  details: string[]
  currency: string
  unlimited: string | null
  floor: string | null
  cap: string | null
  limits: LimitFact[]
  rivals: RivalFact[]
  whatIf: WhatIf[]
}

type Raw = Record<string, unknown>

function text(raw: Raw, name: string): string | null {
  const value = raw[name]
  return typeof value === 'string' ? value : null
}

function list(raw: Raw, name: string): Raw[] {
  const value = raw[name]
  return Array.isArray(value) ? value.filter((one): one is Raw => typeof one === 'object' && one !== null) : []
}

export function readExplanation(raw: Raw): Explanation {
  return {
    sentence: text(raw, 'sentence') ?? '',
    decidedBy: text(raw, 'decided_by') ?? '',
    details: Array.isArray(raw.details) ? raw.details.filter((one) => typeof one === 'string') : [],
    currency: text(raw, 'currency') ?? '',
    unlimited: text(raw, 'unlimited'),
    floor: text(raw, 'floor'),
    cap: text(raw, 'cap'),
    limits: list(raw, 'limits').map((one) => ({
      kind: text(one, 'kind') ?? '',
      words: text(one, 'words') ?? '',
      side: one.side === 'floor' ? 'floor' : 'cap',
      source: text(one, 'source') ?? '',
      value: text(one, 'value') ?? '0',
      room: text(one, 'room') ?? '0',
      binding: one.binding === true,
    })),
    rivals: list(raw, 'rivals').map((one) => ({
      competitor: text(one, 'competitor') ?? '',
      asked: text(one, 'asked'),
      equal_at: text(one, 'equal_at'),
      used: one.used === true,
      because: text(one, 'because'),
    })),
    whatIf: list(raw, 'what_if').map((one) => ({
      words: text(one, 'words') ?? '',
      price: text(one, 'price'),
      change: text(one, 'change') ?? '',
      subject: text(one, 'subject') ?? '',
    })),
  }
}
