/** Asks for lists without specs and statuses, which are most of the bytes (kubernetes API concepts, PartialObjectMetadata). */
export const METADATA_ONLY =
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'
