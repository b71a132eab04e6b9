import { Nothing } from '../../parts/Money'
import { transformText, valueText } from './tracing'
import type { TracedRow } from './queries'
import { fieldName, words } from './words'

const HEAD = 'h-8 border-b border-line px-2 text-left text-12 font-medium text-muted first:pl-0'
const CELL = 'border-b border-line px-2 py-1.5 align-top first:pl-0'

/** Field by field: the cells of the file, what was done with them, and what came out. */
export function TracedSteps({ traced }: { traced: TracedRow }) {
  const hasValues = traced.steps.some((step) => valueText(step.value) !== null)
  return (
    <div className="text-13">
      {traced.rejected.length > 0 && (
        <div role="note" className="mb-3 rounded-6 bg-bad-soft px-3 py-2">
          <p className="font-medium text-bad">{words.rejectedBecause}</p>
          <ul>
            {traced.rejected.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
      {traced.raw !== null && <pre className="mb-3 overflow-x-auto rounded-6 bg-bg px-3 py-2 text-12">{traced.raw}</pre>}
      <table className="w-full border-separate border-spacing-0">
        <thead>
          <tr>
            <th scope="col" className={HEAD}>{words.becomes}</th>
            <th scope="col" className={HEAD}>{words.cells}</th>
            <th scope="col" className={HEAD}>{words.how}</th>
            {hasValues && <th scope="col" className={HEAD}>{words.made}</th>}
          </tr>
        </thead>
        <tbody>
          {traced.steps.map((step) => (
            <tr key={step.field}>
              <td className={`${CELL} font-medium`}>{fieldName(step.field)}</td>
              <td className={CELL}>
                {Object.entries(step.cells).map(([column, cell]) => (
                  <div key={column}>
                    <span className="text-muted">{column}: </span>
                    {cell ?? <Nothing says="empty" />}
                  </div>
                ))}
              </td>
              <td className={`${CELL} text-muted`}>
                {transformText(step.transform)}
                {step.handled && <div className="text-warn">{step.handled}</div>}
              </td>
              {hasValues && <td className={CELL}>{valueText(step.value) ?? <Nothing />}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
