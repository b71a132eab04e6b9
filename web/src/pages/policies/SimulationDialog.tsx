import { useQuery } from '@tanstack/react-query'

import { Button } from '../../parts/Button'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { counted, money, number, ppm } from '../../parts/format'
import { Interval } from '../../parts/Interval'
import { Nothing } from '../../parts/Money'
import { Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { type Branch, gainOf, gainText, simulate, type Simulated, withoutEffect } from './simulation'
import { words } from './words'

const say = words.simulation
const HEAD = 'pb-1.5 pl-3 font-normal first:pl-0'
const CELL = 'py-1.5 pl-3 first:pl-0'

/** What a policy would do as it is written, before it is saved: ups and downs by category, and what they should bring. */
export function SimulationDialog({ policy, onClose }: { policy: Simulated; onClose: () => void }) {
  const { data, error, refetch } = useQuery({ queryKey: ['prices', 'simulation', policy], queryFn: ({ signal }) => simulate(policy, signal), gcTime: 0, staleTime: Infinity })
  return (
    <Dialog open onClose={onClose} title={say.title} about={say.about} wide>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={8} />}
      {data && (
        <div className="flex flex-col gap-4">
          {data.breaker.length > 0 && (
            <div role="status" className="rounded-8 bg-warn-soft px-3 py-2 text-13">
              <p className="font-medium">{say.breaker}</p>
              {data.breaker.map((reason) => (
                <p key={reason}>{reason}</p>
              ))}
            </div>
          )}
          {data.totals.map((total) => (
            <Total key={total.currency} total={total} />
          ))}
          <Branches branches={data.branches} />
          <p className="text-12 text-muted">
            {say.pricedBy}: {Object.entries(data.strategies).map(([name, count]) => `${(words.strategies[name]?.name ?? name).toLowerCase()} ${number(count)}`).join(', ')}. {say.note}
          </p>
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose}>{say.close}</Button>
      </DialogActions>
    </Dialog>
  )
}

function Total({ total }: { total: Branch }) {
  const gain = gainOf(total)
  const left = withoutEffect(total)
  if (!gain) return <p className="text-13 text-muted">{say.noEffect}</p>
  const label = say.gainOf(total.currency)
  return (
    <div>
      <p className="mb-1 text-12 text-muted">{label}</p>
      <Interval label={label} {...gain} text={(value) => money(value, total.currency, { whole: true, signed: true })} />
      {left > 0 && <p className="text-12 text-muted">{say.unknown(counted(left, 'changed price'))}</p>}
    </div>
  )
}

function Branches({ branches }: { branches: readonly Branch[] }) {
  return (
    <table className="w-full text-13">
      <thead>
        <tr className="text-12 text-muted">
          <th scope="col" className={`${HEAD} text-left`}>{say.category}</th>
          {[say.products, say.ups, say.downs, say.held, say.unpriced, say.change, say.gain].map((name) => (
            <th key={name} scope="col" className={`${HEAD} text-right`}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {branches.map((branch) => (
          <tr key={`${branch.category} ${branch.currency}`} className="border-t border-line">
            <th scope="row" className={`${CELL} text-left font-normal`}>{branch.category ?? say.none}</th>
            {[branch.products, branch.ups, branch.downs, branch.held, branch.no_price].map((count, place) => (
              <td key={place} className={`${CELL} figures text-right`}>{number(count)}</td>
            ))}
            <td className={`${CELL} figures text-right`}>{branch.ups + branch.downs > 0 ? ppm(branch.mean_change_ppm, 1, { signed: true }) : <Nothing />}</td>
            <td className={`${CELL} figures text-right whitespace-nowrap`}>{gainText(branch) ?? <Nothing says="not known" />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
