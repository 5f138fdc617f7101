CREATE TABLE "play_run" (
    "id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "play" JSONB NOT NULL,
    "parts" JSONB NOT NULL,
    "by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_by" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "play_run_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "play_run_state_started_at_idx" ON "play_run"("state", "started_at");
-- A play is under way once at a time, whoever starts it.
CREATE UNIQUE INDEX "play_run_open_key" ON "play_run"(("play"->>'id')) WHERE "state" = 'open';

CREATE TABLE "seal" (
    "id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "scope" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "change_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "prepared_by" TEXT NOT NULL,
    "prepared_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "answer" JSONB,
    "used" JSONB,

    CONSTRAINT "seal_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "seal_state_expires_at_idx" ON "seal"("state", "expires_at");
