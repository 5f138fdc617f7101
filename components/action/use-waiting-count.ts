import { useQuery } from '@tanstack/react-query'
import { sessionQuery, warRoomQuery } from '@/lib/client/queries'
import { waitingFor } from '@/lib/client/waiting-for'

/** How many actions wait for an approval or review by who is signed in. */
export function useWaitingCount(): number {
  const { data: room } = useQuery(warRoomQuery)
  const { data: session } = useQuery(sessionQuery)
  return waitingFor(room?.actions ?? [], session).length
}
