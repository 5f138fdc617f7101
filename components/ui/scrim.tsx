'use client'

import { Dialog } from 'radix-ui'
import { type CSSProperties, useEffect, useState } from 'react'

/** Measures the fuse and cuts its window out of the scrim; without a fuse on the page the scrim is whole. */
export function Scrim() {
  const [hole, setHole] = useState<DOMRect | null>(null)
  useEffect(() => {
    const measure = () => setHole(document.querySelector('[data-fuse]')?.getBoundingClientRect() ?? null)
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [])
  const style: CSSProperties | undefined = hole
    ? {
        clipPath: `polygon(evenodd, 0 0, 100% 0, 100% 100%, 0 100%, 0 0, ${hole.left}px ${hole.top}px, ${hole.right}px ${hole.top}px, ${hole.right}px ${hole.bottom}px, ${hole.left}px ${hole.bottom}px, ${hole.left}px ${hole.top}px)`,
      }
    : undefined
  return <Dialog.Overlay className="scrim" style={style} />
}
