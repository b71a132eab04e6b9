import { type ButtonHTMLAttributes, type ComponentType, lazy, Suspense, useState } from 'react'

type Opened = { defaultOpen?: boolean }
type Attributes = Pick<ButtonHTMLAttributes<HTMLButtonElement>, 'onClick' | 'onFocus' | 'onPointerEnter' | 'aria-haspopup' | 'aria-expanded'>

/**
 * A menu that is its button until somebody wants it: the code of menus is a tenth of a page, and most visits open none.
 * It is on its way when the pointer or the focus comes near.
 */
export function deferred<Props extends object>(
  load: () => Promise<ComponentType<Props & Opened>>,
  Face: ComponentType<{ of: Props } & Attributes>,
): ComponentType<Props> {
  const Menu = lazy(() => load().then((menu) => ({ default: menu as ComponentType<object> })))
  return function Deferred(props: Props) {
    const [isWanted, setWanted] = useState(false)
    const near = () => void load()
    const face = <Face of={props} aria-haspopup="menu" aria-expanded={isWanted} onPointerEnter={near} onFocus={near} onClick={() => setWanted(true)} />
    if (!isWanted) return face
    const opened = { ...props, defaultOpen: true }
    return (
      <Suspense fallback={face}>
        <Menu {...opened} />
      </Suspense>
    )
  }
}
