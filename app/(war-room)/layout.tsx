import type { ReactNode } from 'react'
import { RemovalProvider } from '@/components/action/use-removal'
import { Frame } from '@/components/shell/frame'
import { Providers } from '@/components/shell/providers'

/**
 * Signed-in views share one stream and one cache across navigation. `state` is the seam for data prefetched on the
 * server; without it the browser asks by itself.
 */
export default function WarRoomLayout({ children }: { children: ReactNode }) {
  return (
    <Providers state={undefined}>
      <RemovalProvider>
        <Frame>{children}</Frame>
      </RemovalProvider>
    </Providers>
  )
}
