const MAX_BYTES = 4_096

/** Keeps the beginning of what somebody says, as plain text on one line. */
export function boundedText(): { add(chunk: Uint8Array): void; text(): string } {
  const chunks: Uint8Array[] = []
  let size = 0
  return {
    add(chunk) {
      if (size >= MAX_BYTES) return
      const kept = chunk.subarray(0, MAX_BYTES - size)
      chunks.push(kept)
      size += kept.length
    },
    text: () =>
      Buffer.concat(chunks)
        .toString('utf8')
        .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
        .trim(),
  }
}
