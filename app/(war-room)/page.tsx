import type { Metadata } from 'next'
import { WarRoom } from '@/components/shell/war-room'

export const metadata: Metadata = { title: 'War room' }

export default function WarRoomPage() {
  return <WarRoom />
}
