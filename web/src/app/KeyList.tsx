import { Dialog } from '../parts/Dialog'
import { Kbd } from '../parts/Kbd'
import { useKeyScopes } from './keys'
import { words } from './words'

/** All keys that do something here and now. */
export function KeyList({ onClose }: { onClose: () => void }) {
  const scopes = useKeyScopes()
  const shown = scopes
    .map((scope) => ({ title: scope.title, commands: scope.commands().filter((command) => !command.off) }))
    .filter((scope) => scope.commands.length > 0)
    .toReversed()
  return (
    <Dialog open onClose={onClose} title={words.keys} about={words.keysAbout} wide>
      <div className="columns-2 gap-8">
        {shown.map((scope) => (
          <section key={scope.title} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-12 font-medium text-muted">{scope.title}</h3>
            <dl>
              {scope.commands.map((command) => (
                <div key={command.keys} className="flex h-7 items-center justify-between text-13">
                  <dt>{command.label}</dt>
                  <dd className="flex gap-1">
                    {command.keys.split(' ').map((key) => (
                      <Kbd key={key} always>
                        {key}
                      </Kbd>
                    ))}
                    <span className="sr-only">{command.keys}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
