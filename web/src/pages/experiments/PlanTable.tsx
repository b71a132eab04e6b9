import { counted, number, percent } from '../../parts/format'
import { isAdvised } from './draft'
import type { Plan } from './queries'
import { words } from './words'

type PlanTableProps = { plan: Plan; days: string; onDays: (days: string) => void }

/** What experiments of several lengths would find; choosing a line takes its length. */
export function PlanTable({ plan, days, onDays }: PlanTableProps) {
  const effect = percent(plan.effect, 1)
  const basis = words.basis(counted(plan.products, 'product'), counted(plan.clusters, 'group'), counted(plan.history_days, 'day'))
  return (
    <section aria-label={words.planned} className="rounded-8 border border-line px-3 pt-2 pb-3">
      <p role="status" className="text-13 font-medium">
        {plan.lengths.length === 0 ? words.tooShort : plan.advised_days === null ? words.noneAdvised(effect) : words.advised(number(plan.advised_days), effect)}
      </p>
      <p className="text-12 text-muted">
        {basis} {plan.left_out > 0 && words.leftOut(counted(plan.left_out, 'product'))}
      </p>
      {plan.lengths.length > 0 && (
        <table className="mt-2 w-full text-13">
          <thead>
            <tr className="text-12 text-muted">
              <th scope="col" className="pb-1 text-left font-normal">{words.lengthDays}</th>
              <th scope="col" className="pb-1 text-right font-normal">{words.lengthCells}</th>
              <th scope="col" className="pb-1 text-right font-normal">{words.lengthPower(effect)}</th>
              <th scope="col" className="pb-1 text-right font-normal">{words.lengthSmallest}</th>
            </tr>
          </thead>
          <tbody>
            {plan.lengths.map((length) => (
              <tr key={length.days} className={`border-t border-line ${isAdvised(plan, length.days) ? 'bg-accent-soft' : ''}`}>
                <td className="py-1">
                  <label className="flex items-center gap-2">
                    <input type="radio" name="length" className="size-4 accent-accent" checked={days === String(length.days)} onChange={() => onDays(String(length.days))} />
                    <span className="figures">{number(length.days)}</span>
                  </label>
                </td>
                <td className="figures py-1 text-right">{number(length.cells)}</td>
                <td className="figures py-1 text-right">{percent(length.power, 0)}</td>
                <td className="figures py-1 text-right">{length.smallest === null ? words.nothingFound : percent(length.smallest)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
