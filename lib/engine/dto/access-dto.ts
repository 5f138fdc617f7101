import type { ApiToken, BreakGlassCode, Person, SessionView } from '../../access/types'
import type { BreakGlassDto, PersonDto, SessionsDto, TokensDto } from '../../wire/access'
import { iso } from './times'

const isoOrNull = (at: number | undefined) => (at === undefined ? null : iso(at))

export function personDto({ createdAt, disabledAt, ...person }: Person): PersonDto {
  return {
    ...person,
    createdAt: iso(createdAt),
    disabledAt: isoOrNull(disabledAt),
    canSignIn: disabledAt === undefined && (person.hasPassword || person.isFederated || person.passkeys > 0),
  }
}

export function sessionDto(
  { personId: _internal, createdAt, expiresAt, ...session }: SessionView,
  whose: { isThis: boolean; isOwn: boolean },
): SessionsDto['sessions'][number] {
  return { ...session, ...whose, createdAt: iso(createdAt), expiresAt: iso(expiresAt) }
}

export function tokenDto(token: ApiToken): TokensDto['tokens'][number] {
  return {
    ...token,
    scopes: [...token.scopes],
    clusterId: token.clusterId ?? null,
    createdAt: iso(token.createdAt),
    expiresAt: isoOrNull(token.expiresAt),
    revokedAt: isoOrNull(token.revokedAt),
  }
}

export function breakGlassDto(codes: readonly BreakGlassCode[]): BreakGlassDto {
  const unused = codes.filter(code => code.usedAt === undefined && code.revokedAt === undefined)
  return {
    unused: unused.length,
    printedAt: isoOrNull(unused[0]?.createdAt),
    uses: codes.flatMap(({ id, usedAt, usedBy, reason, address, reviewedAt, reviewedBy, reviewNote }) =>
      usedAt === undefined
        ? []
        : {
            id,
            usedAt: iso(usedAt),
            usedBy: usedBy ?? '',
            reason: reason ?? '',
            address: address ?? '',
            reviewedAt: isoOrNull(reviewedAt),
            reviewedBy: reviewedBy ?? null,
            reviewNote: reviewNote ?? null,
          },
    ),
  }
}
