import type { SuspectReport } from '../../suspects/types'
import type { SuspectsDto } from '../../wire/suspects'
import { iso, isoOrNull } from './times'

/** The ranked suspects as they leave the process. */
export function suspectsDto(report: SuspectReport): SuspectsDto {
  return {
    at: iso(report.at),
    considered: report.considered,
    ruledOut: report.ruledOut,
    verdict: report.verdict,
    suspects: report.suspects.map((suspect, i) => ({
      id: suspect.id,
      rank: i + 1,
      kind: suspect.kind,
      namespace: suspect.namespace,
      name: suspect.name,
      version: suspect.version ?? null,
      serviceAccount: suspect.serviceAccount ?? null,
      score: suspect.score,
      evidence: suspect.evidence,
      scaling: suspect.scaling
        ? { ...suspect.scaling, criticalNodes: suspect.scaling.criticalNodes ?? null }
        : null,
      rollout: {
        firstAt: iso(suspect.rollout.firstAt),
        lastAt: iso(suspect.rollout.lastAt),
        reached: suspect.rollout.reached,
        total: suspect.rollout.total,
        stillRolling: suspect.rollout.stillRolling,
        atRisk: suspect.rollout.atRisk,
        expectedEndAt: isoOrNull(suspect.rollout.expectedEndAt),
      },
    })),
  }
}
