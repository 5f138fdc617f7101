-- Tokens of probe agents, each bound to one cluster.
CREATE TABLE "probe_token" (
    "id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "probe_token_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "probe_token_token_hash_key" ON "probe_token"("token_hash");
