-- People with passwords, one-time codes and passkeys; who guesses; break-glass codes; one kind of token.
CREATE TABLE "person" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "login" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "password_hash" TEXT,
    "totp_secret" TEXT,
    "totp_pending" TEXT,
    "totp_step" INTEGER NOT NULL DEFAULT 0,
    "oidc_subject" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "person_name_key" ON "person"("name");
CREATE UNIQUE INDEX "person_login_key" ON "person"("login");
CREATE UNIQUE INDEX "person_oidc_subject_key" ON "person"("oidc_subject");

ALTER TABLE "sign_in_link" ADD COLUMN "person_id" TEXT;
CREATE INDEX "sign_in_link_person_id_idx" ON "sign_in_link"("person_id");
ALTER TABLE "sign_in_link" ADD CONSTRAINT "sign_in_link_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "session" ADD COLUMN "person_id" TEXT,
ADD COLUMN "method" TEXT NOT NULL DEFAULT 'link',
ADD COLUMN "address" TEXT NOT NULL DEFAULT '',
ADD COLUMN "agent" TEXT NOT NULL DEFAULT '';
CREATE INDEX "session_person_id_idx" ON "session"("person_id");
CREATE INDEX "session_expires_at_idx" ON "session"("expires_at");
ALTER TABLE "session" ADD CONSTRAINT "session_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What a token could do until now it can do from now on; managing access was not among it.
ALTER TABLE "api_token" ADD COLUMN "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "cluster_id" TEXT,
ADD COLUMN "created_by" TEXT NOT NULL DEFAULT '';
UPDATE "api_token" SET "scopes" = ARRAY['read', 'changes:write', 'timeline:write', 'actions:write', 'simulation:write'];
INSERT INTO "api_token" ("id", "token_hash", "name", "role", "scopes", "cluster_id", "created_at", "expires_at", "revoked_at")
SELECT "id", "token_hash", "name", 'viewer', ARRAY['dns:write'], "cluster_id", "created_at", "expires_at", "revoked_at" FROM "probe_token";
DROP TABLE "probe_token";

CREATE TABLE "sign_in_failure" (
    "login_hash" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "locked_until" TIMESTAMPTZ(3),
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_failure_pkey" PRIMARY KEY ("login_hash")
);
CREATE INDEX "sign_in_failure_last_at_idx" ON "sign_in_failure"("last_at");

CREATE TABLE "passkey" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL,
    "transports" TEXT[],
    "rp_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkey_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "passkey_person_id_idx" ON "passkey"("person_id");
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "handshake" (
    "id_hash" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "handshake_pkey" PRIMARY KEY ("id_hash")
);
CREATE INDEX "handshake_expires_at_idx" ON "handshake"("expires_at");

CREATE TABLE "break_glass_code" (
    "id" TEXT NOT NULL,
    "code_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3),
    "used_by" TEXT,
    "reason" TEXT,
    "address" TEXT,
    "session_id" TEXT,
    "reviewed_at" TIMESTAMPTZ(3),
    "reviewed_by" TEXT,
    "review_note" TEXT,

    CONSTRAINT "break_glass_code_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "break_glass_code_code_hash_key" ON "break_glass_code"("code_hash");
CREATE INDEX "break_glass_code_used_at_idx" ON "break_glass_code"("used_at");
