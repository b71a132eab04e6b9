/** The settings of a policy that people edit here: what each is called, its unit, its choices. Others are kept as they are. */

export type GroupName = 'governance' | 'guardrails' | 'top' | 'rule' | 'profit' | 'ml' | 'exploration' | 'comparability' | 'breaker' | 'brake'

export type PolicyField = {
  group: GroupName
  key: string
  label: string
  hint?: string
  /** Stands at the head of the policy instead of in its group. */
  atHead?: true
  /** Matters only while another setting of the group has this value. */
  when?: readonly [key: string, value: string]
} & (
  | { kind: 'percent'; optional?: boolean }
  | { kind: 'whole'; unit?: string; optional?: boolean }
  | { kind: 'amount' }
  | { kind: 'day' }
  | { kind: 'flag' }
  | { kind: 'choice' | 'set'; choices: readonly { value: string; label: string }[] }
)

const USE = [{ value: 'use', label: 'Use' }, { value: 'exclude', label: 'Leave out' }]

export const FIELDS: readonly PolicyField[] = [
  { group: 'governance', key: 'auto_apply_below_ppm', kind: 'percent', label: 'Applies by itself below a change of', hint: '0 lets nothing apply by itself.' },
  { group: 'governance', key: 'auto_apply_min_confidence', kind: 'whole', label: 'and a confidence of at least', unit: 'of 100' },
  { group: 'governance', key: 'two_person_above_ppm', kind: 'percent', label: 'Two people above a change of' },
  { group: 'governance', key: 'daily_changes', kind: 'whole', label: 'Changes a day at most', optional: true },
  { group: 'governance', key: 'grace_minutes', kind: 'whole', label: 'Undo possible for', unit: 'minutes', hint: 'After an approval, before the price goes live.' },
  { group: 'governance', key: 'lifetime_hours', kind: 'whole', label: 'A proposal expires after', unit: 'hours' },

  { group: 'guardrails', key: 'min_margin_ppm', kind: 'percent', label: 'Minimum margin', hint: 'Profit over net price.' },
  { group: 'guardrails', key: 'min_markup_ppm', kind: 'percent', label: 'Minimum mark-up', hint: 'Profit over cost.' },
  { group: 'guardrails', key: 'max_daily_change_ppm', kind: 'percent', label: 'Largest change in a day', optional: true },
  { group: 'guardrails', key: 'max_weekly_change_ppm', kind: 'percent', label: 'Largest change in a week', optional: true },
  { group: 'guardrails', key: 'market_ceiling_ppm', kind: 'percent', label: 'Ceiling above the market', optional: true },
  {
    group: 'guardrails', key: 'market_reference', kind: 'choice', label: 'measured from the',
    choices: [{ value: 'lowest', label: 'lowest offer' }, { value: 'median', label: 'median offer' }, { value: 'highest', label: 'highest offer' }],
  },

  {
    group: 'rule', key: 'position', kind: 'choice', label: 'Position among rivals',
    choices: [
      { value: 'lowest', label: 'The lowest' }, { value: 'average', label: 'The average' },
      { value: 'percentile', label: 'A percentile' }, { value: 'index', label: 'A price index' },
    ],
  },
  { group: 'rule', key: 'percentile_ppm', kind: 'percent', label: 'Percentile', when: ['position', 'percentile'], hint: '50 is the middle of the rivals’ prices.' },
  { group: 'rule', key: 'index_ppm', kind: 'percent', label: 'Price index', when: ['position', 'index'], hint: '100 is the rivals’ average.' },
  { group: 'rule', key: 'offset_ppm', kind: 'percent', label: 'Then add', hint: 'Below zero: stay under it.' },
  { group: 'rule', key: 'offset_amount', kind: 'amount', label: 'or add an amount', hint: 'Not both.' },
  {
    group: 'rule', key: 'fallback', kind: 'choice', label: 'Without rivals',
    choices: [{ value: 'hold', label: 'Keep the price' }, { value: 'target_margin', label: 'Follow the target margin' }],
  },
  { group: 'rule', key: 'target_margin_ppm', kind: 'percent', label: 'Target margin', optional: true, when: ['fallback', 'target_margin'] },
  { group: 'rule', key: 'dead_band_ppm', kind: 'percent', label: 'Leave out changes below' },

  {
    group: 'top', key: 'mode', kind: 'choice', label: 'Mode', atHead: true,
    choices: [{ value: 'live', label: 'Live: prices are proposed' }, { value: 'shadow', label: 'Shadow: prices are only written down' }],
  },
  {
    group: 'top', key: 'without_response', kind: 'choice', label: 'Where the response to the price is not known',
    choices: [{ value: 'hold', label: 'Keep the price' }, { value: 'rule_based', label: 'Follow the rule' }],
  },

  {
    group: 'profit', key: 'goal', kind: 'choice', label: 'Greatest',
    choices: [{ value: 'profit', label: 'Profit' }, { value: 'revenue', label: 'Revenue' }, { value: 'sell_through', label: 'Sell-through by a day' }],
  },
  { group: 'profit', key: 'until', kind: 'day', label: 'Sold by', when: ['goal', 'sell_through'], hint: 'What is not sold by then counts as lost.' },
  { group: 'profit', key: 'horizon_days', kind: 'whole', label: 'Looking ahead', unit: 'days' },
  { group: 'profit', key: 'caution_ppm', kind: 'percent', label: 'Caution', hint: 'How much a possible loss counts beside the gain.' },
  { group: 'profit', key: 'least_chance_ppm', kind: 'percent', label: 'Chance of a gain at least', hint: 'Below it the price stays.' },
  { group: 'profit', key: 'dead_band_ppm', kind: 'percent', label: 'Leave out changes below' },

  { group: 'ml', key: 'goal', kind: 'choice', label: 'Greatest', choices: [{ value: 'profit', label: 'Profit' }, { value: 'revenue', label: 'Revenue' }] },
  { group: 'ml', key: 'horizon_days', kind: 'whole', label: 'Looking ahead', unit: 'days' },
  { group: 'ml', key: 'dead_band_ppm', kind: 'percent', label: 'Leave out changes below' },

  { group: 'exploration', key: 'step_ppm', kind: 'percent', label: 'Step up or down', hint: 'At most 10.' },
  { group: 'exploration', key: 'share_ppm', kind: 'percent', label: 'Products that take a step', hint: 'The others keep their price.' },
  { group: 'exploration', key: 'max_loss_ppm', kind: 'percent', label: 'May cost at most', hint: 'Of the expected profit.' },
  { group: 'exploration', key: 'least_ppm', kind: 'percent', label: 'Chance of each step at least' },
  { group: 'exploration', key: 'horizon_days', kind: 'whole', label: 'Looking ahead', unit: 'days' },
  { group: 'exploration', key: 'round_days', kind: 'whole', label: 'Drawn anew every', unit: 'days' },

  { group: 'comparability', key: 'max_age_hours', kind: 'whole', label: 'Offers not older than', unit: 'hours' },
  { group: 'comparability', key: 'min_match_ppm', kind: 'percent', label: 'Match at least' },
  { group: 'comparability', key: 'use_weak_matches', kind: 'flag', label: 'Use weaker matches, with less confidence' },
  { group: 'comparability', key: 'unknown_availability', kind: 'choice', label: 'Stock not known', choices: USE },
  { group: 'comparability', key: 'unknown_condition', kind: 'choice', label: 'Condition not known', choices: USE },
  { group: 'comparability', key: 'unknown_shipping', kind: 'choice', label: 'Shipping not known', choices: USE },
  {
    group: 'comparability', key: 'packs', kind: 'choice', label: 'Other pack sizes',
    choices: [{ value: 'per_unit', label: 'Compare by unit' }, { value: 'same_size', label: 'Leave out' }],
  },
  {
    group: 'comparability', key: 'conditions', kind: 'set', label: 'Conditions',
    choices: [{ value: 'new', label: 'New' }, { value: 'refurbished', label: 'Refurbished' }, { value: 'used', label: 'Used' }],
  },
  { group: 'comparability', key: 'outlier_low_ppm', kind: 'percent', label: 'Outlier below', hint: 'Of the other offers’ median.' },
  { group: 'comparability', key: 'outlier_high_ppm', kind: 'percent', label: 'Outlier above', hint: 'Of the other offers’ median.' },

  { group: 'breaker', key: 'max_share_ppm', kind: 'percent', label: 'Stop when more of the catalog moves than' },
  { group: 'breaker', key: 'max_mean_ppm', kind: 'percent', label: 'or the average move is above' },
  { group: 'breaker', key: 'min_products', kind: 'whole', label: 'Share judged from', unit: 'products' },
  { group: 'breaker', key: 'min_moves', kind: 'whole', label: 'Average judged from', unit: 'moves' },

  { group: 'brake', key: 'window_days', kind: 'whole', label: 'Look back', unit: 'days' },
  { group: 'brake', key: 'rounds', kind: 'whole', label: 'Hold after mutual undercutting of', unit: 'rounds' },
  { group: 'brake', key: 'swings', kind: 'whole', label: 'Hold after', unit: 'swings of our price' },
  { group: 'brake', key: 'min_swing_ppm', kind: 'percent', label: 'Swings count from' },
  { group: 'brake', key: 'max_fall_ppm', kind: 'percent', label: 'Hold after a fall of' },
]

const GROUPS: readonly GroupName[] = ['profit', 'ml', 'exploration', 'top', 'rule', 'guardrails', 'governance', 'comparability', 'breaker', 'brake']

/** Settings of strategies, which an older program does not have. */
export const STRATEGY_GROUPS: ReadonlySet<GroupName> = new Set(['top', 'profit', 'ml', 'exploration'])

/** Whose settings a strategy reads. One that is not among them is another package's: it has settings of its own. */
const READ_BY: Readonly<Record<string, readonly GroupName[]>> = {
  rule_based: ['rule'],
  profit_maximization: ['profit', 'top', 'rule'],
  ml_model: ['ml', 'top', 'rule'],
  exploration: ['exploration'],
  automatic: ['profit', 'ml', 'exploration', 'rule'],
}
const BUILT_IN = Object.keys(READ_BY)

/** The groups that matter under a strategy. The rule counts beside another strategy only where it stands in for it. */
export function groupsShown(strategy: string, rules: Readonly<Record<string, unknown>>, withoutResponse: string | undefined): readonly GroupName[] {
  const read = new Set(READ_BY[strategy] ?? [])
  if (read.has('top') && withoutResponse !== 'rule_based') read.delete('rule')
  return GROUPS.filter((group) => (READ_SOMEWHERE.has(group) ? read.has(group) && group in rules : true))
}

const READ_SOMEWHERE = new Set(Object.values(READ_BY).flat())

/** The strategies to choose among: those whose settings the program knows, and the one that the policy has. */
export function strategiesFor(rules: Readonly<Record<string, unknown>>, present: string): readonly string[] {
  const known = BUILT_IN.filter((one) => one === 'rule_based' || (READ_BY[one] ?? []).every((group) => group in rules))
  return known.includes(present) ? known : [...known, present]
}
