import { type Accuracy, expectedUnits, type Verdict, verdict } from './accuracy'
import { number, percent } from './format'
import { Nothing } from './Money'

const words = {
  caption: 'Forecasts that came due, by the days that they were for',
  hindsight: (count: string) => `${count} made in hindsight`,
  hindsightAbout: 'Made later, from nothing but what was known before their first day',
  horizon: 'Days ahead',
  forecasts: 'Forecasts',
  expected: 'Expected',
  sold: 'Sold',
  bias: 'Bias',
  biasAbout: 'Expected less sold, in percent of sold: above zero, too much was expected',
  wape: 'Error',
  wapeAbout: 'Sum of what forecasts missed by, over or under, in percent of what was sold (WAPE)',
  within: (promise: number) => `In ${percent(promise, 0)} interval`,
  withinAbout: (promise: number) => `Share of forecasts whose ${percent(promise, 0)} interval held what was sold; the mark is what it promises`,
  verdicts: { few: 'too few to tell', kept: 'as promised', narrow: 'too narrow', wide: 'wider than promised' } satisfies Record<Verdict, string>,
}
const TONES: Record<Verdict, string> = { few: 'text-muted', kept: 'text-good', narrow: 'text-bad', wide: 'text-warn' }
const SIGNS: Record<Verdict, string> = { few: '', kept: '✓ ', narrow: '▼ ', wide: '▲ ' }
const HEAD = 'px-3 pb-2 font-normal first:pl-0 last:pr-0'
const CELL = 'px-3 py-2 align-top first:pl-0 last:pr-0'

/** Forecasts against what was sold, a line for each horizon, and whether the intervals kept their promise. */
export function AccuracyTable({ items }: { items: readonly Accuracy[] }) {
  return (
    <table className="w-full text-13">
      <caption className="sr-only">{words.caption}</caption>
      <thead>
        <tr className="text-12 text-muted">
          <th scope="col" className={`${HEAD} text-left`}>{words.horizon}</th>
          <th scope="col" className={`${HEAD} text-right`}>{words.forecasts}</th>
          <th scope="col" className={`${HEAD} text-right`}>{words.expected}</th>
          <th scope="col" className={`${HEAD} text-right`}>{words.sold}</th>
          <th scope="col" title={words.biasAbout} className={`${HEAD} text-right`}>{words.bias}</th>
          <th scope="col" title={words.wapeAbout} className={`${HEAD} text-right`}>{words.wape}</th>
          <th scope="col" title={words.withinAbout(0.8)} className={`${HEAD} w-[19%] text-left`}>{words.within(0.8)}</th>
          <th scope="col" title={words.withinAbout(0.95)} className={`${HEAD} w-[19%] text-left`}>{words.within(0.95)}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Line key={item.horizon} item={item} />
        ))}
      </tbody>
    </table>
  )
}

function Line({ item }: { item: Accuracy }) {
  const expected = expectedUnits(item)
  return (
    <tr className="border-t border-line">
      <th scope="row" className={`${CELL} text-left font-medium`}>{number(item.horizon)}</th>
      <td className={`${CELL} figures text-right`}>
        {number(item.forecasts)}
        {item.hindsight > 0 && <span title={words.hindsightAbout} className="block text-12 text-muted">{words.hindsight(item.hindsight === item.forecasts ? 'all' : number(item.hindsight))}</span>}
      </td>
      <td className={`${CELL} figures text-right`}>{expected === null ? <Nothing says="nothing was sold" /> : number(expected)}</td>
      <td className={`${CELL} figures text-right`}>{number(item.sold)}</td>
      <td className={`${CELL} figures text-right`}>{item.bias === null ? <Nothing says="nothing was sold" /> : percent(item.bias, 1, { signed: true })}</td>
      <td className={`${CELL} figures text-right font-medium`}>{item.wape === null ? <Nothing says="nothing was sold" /> : percent(item.wape)}</td>
      <td className={CELL}><Coverage share={item.within_80} promise={0.8} forecasts={item.forecasts} /></td>
      <td className={CELL}><Coverage share={item.within_95} promise={0.95} forecasts={item.forecasts} /></td>
    </tr>
  )
}

/** A share beside what was promised. */
function Coverage({ share, promise, forecasts }: { share: number | null; promise: number; forecasts: number }) {
  if (share === null) return <Nothing />
  const found = verdict(share, promise, forecasts)
  return (
    <>
      <span className="flex items-center gap-2">
        <span className="figures w-12 shrink-0">{percent(share)}</span>
        <span aria-hidden className="relative h-2 max-w-32 min-w-10 flex-1 rounded-full bg-hover">
          <span className="absolute inset-y-0 left-0 rounded-full bg-accent opacity-60" style={{ width: `${share * 100}%` }} />
          <span className="absolute -inset-y-0.5 w-0.5 bg-text" style={{ left: `calc(${promise * 100}% - 1px)` }} />
        </span>
      </span>
      <span className={`mt-0.5 block text-12 ${TONES[found]}`}>
        <span aria-hidden>{SIGNS[found]}</span>
        {words.verdicts[found]}
      </span>
    </>
  )
}
