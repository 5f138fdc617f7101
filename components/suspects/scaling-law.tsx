'use client'

import { memo } from 'react'
import { plural } from '@/lib/client/format-number'
import type { ScalingLawDto } from '@/lib/wire/suspects'
import { useSize } from '../ui/use-size'
import { LawPlot } from './law-plot'
import { roundNodes } from './still-rolling'

/** Load against nodes on log axes, one mark per cluster, with the fitted law and the size at which it saturates. */
export const ScalingLaw = memo(function ScalingLaw({ law }: { law: ScalingLawDto }) {
  const [ref, size] = useSize<HTMLDivElement>()
  const critical = law.criticalNodes
  return (
    <figure className="law">
      <figcaption>
        <b>
          Load ~ N<sup>{law.exponent.toFixed(1)}</sup>
        </b>
        <span
          className="mute"
          title={`Exponent ± ${law.standardError.toFixed(2)}, from ${plural(law.clusters, 'cluster')}`}
        >
          R² {law.r2.toFixed(2)}
        </span>
        {critical && (
          <span className="end">Over {roundNodes(critical).toLocaleString('en-US')} nodes: saturates</span>
        )}
      </figcaption>
      <div className="box" ref={ref}>
        {size && size.height > 60 && <LawPlot law={law} width={size.width} height={size.height} />}
      </div>
    </figure>
  )
})
