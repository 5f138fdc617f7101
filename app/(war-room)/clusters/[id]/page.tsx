import type { Metadata } from 'next'
import { ClusterView } from '@/components/cluster/cluster-view'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id).slice(0, 80) }
}

export default async function ClusterPage({ params }: Props) {
  const { id } = await params
  return <ClusterView id={decodeURIComponent(id)} />
}
