"""First tables, with audit events that the database itself keeps from being changed."""

import sqlalchemy as sa
from alembic import op

from portal.db import JSONData, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


KEEP_SQLITE = [
    f"CREATE TRIGGER audit_event_no_{verb} BEFORE {verb} ON audit_event BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END"
    for verb in ("update", "delete")
]
KEEP_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION keep_audit() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'audit events are never changed'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION keep_audit()",
]


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("detail", JSONData(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_subject", ["subject", "subject_id", "id"], unique=False)

    op.create_table(
        "failed_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_try")),
    )
    with op.batch_alter_table("failed_try", schema=None) as batch_op:
        batch_op.create_index("ix_failed_try_key_at", ["scope", "key", "at"], unique=False)

    op.create_table(
        "family",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("council", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
    )
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_council"), ["council"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("payload", JSONData(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("run_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_job_unique_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_due", ["status", "run_at"], unique=False)

    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("notice", sa.String(length=60), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("sealed_link", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("message_id", name=op.f("uq_notification_message_id")),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index("ix_notification_created", ["created_at"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("council", sa.String(length=60), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("known_as", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("facts", JSONData(), nullable=False),
        sa.Column("source_submission_id", sa.String(length=20), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_council"), ["council"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_folded"), ["folded"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_person_source_submission_id"), ["source_submission_id"], unique=False
        )

    op.create_table(
        "published_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.Column("published_by", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_version")),
        sa.UniqueConstraint("kind", "name", "number", name=op.f("uq_published_version_kind")),
    )
    with op.batch_alter_table("published_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_published_version_sha256"), ["sha256"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("council", sa.String(length=60), nullable=False),
        sa.Column("form_id", sa.String(length=60), nullable=False),
        sa.Column("form_sha256", sa.String(length=64), nullable=False),
        sa.Column("form_number", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=30), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=20), nullable=True),
        sa.Column("author_label", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_submission_idempotency_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_submission_reference")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_submission_expiry", ["status", "expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_form_sha256"), ["form_sha256"], unique=False)
        batch_op.create_index(
            "ix_submission_listing", ["council", "audience", "status", "sent_at"], unique=False
        )

    op.create_table(
        "user",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=False),
        sa.Column("last_totp_step", sa.Integer(), nullable=False),
        sa.Column("teams", JSONData(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("signed_in_at", UTCDateTime(), nullable=True),
        sa.Column("disabled_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_attachment_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("family_id", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("given_on", sa.String(length=20), nullable=False),
        sa.Column("given_by_id", sa.String(length=20), nullable=True),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("source_submission_id", sa.String(length=20), nullable=True),
        sa.Column("source_path", sa.Text(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_consent_family_id_family")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_consent_given_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_family_id"), ["family_id"], unique=False)
        batch_op.create_index("ix_consent_family_purpose", ["family_id", "purpose"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_given_by_id"), ["given_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_consent_source_submission_id"), ["source_submission_id"], unique=False
        )

    op.create_table(
        "episode",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("council", sa.String(length=60), nullable=False),
        sa.Column("family_id", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("team", sa.String(length=60), nullable=False),
        sa.Column("lead_id", sa.String(length=20), nullable=True),
        sa.Column("level", sa.String(length=60), nullable=False),
        sa.Column("rules_number", sa.Integer(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("attached_to_id", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attached_to_id"], ["episode.id"], name=op.f("fk_episode_attached_to_id_episode")
        ),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_episode_family_id_family")),
        sa.ForeignKeyConstraint(["lead_id"], ["user.id"], name=op.f("fk_episode_lead_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode")),
        sa.UniqueConstraint("reference", name=op.f("uq_episode_reference")),
    )
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_episode_attached_to_id"), ["attached_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_episode_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_episode_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(
            "ix_episode_stage_opened", ["council", "stage", "opened_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_episode_team"), ["team"], unique=False)

    op.create_table(
        "family_person",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("family_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("must_not_be_told", sa.Boolean(), nullable=False),
        sa.Column("source_submission_id", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_family_person_family_id_family")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_family_person_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_person")),
        sa.UniqueConstraint("family_id", "person_id", name=op.f("uq_family_person_family_id")),
    )
    with op.batch_alter_table("family_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_person_family_id"), ["family_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_person_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_family_person_source_submission_id"), ["source_submission_id"], unique=False
        )

    op.create_table(
        "password_reset",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=20), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_password_reset_user_id_user")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_reset")),
    )
    with op.batch_alter_table("password_reset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_reset_user_id"), ["user_id"], unique=False)

    op.create_table(
        "relationship",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("other_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parental_responsibility", sa.String(length=20), nullable=False),
        sa.Column("lives_with", sa.String(length=20), nullable=False),
        sa.Column("source_submission_id", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_relationship_other_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_relationship_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship")),
    )
    with op.batch_alter_table("relationship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_relationship_source_submission_id"), ["source_submission_id"], unique=False
        )

    op.create_table(
        "resume_key",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=128), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("locked_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_resume_key_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resume_key")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_resume_key_submission_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_resume_key_token_hash")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.String(length=20), nullable=True),
        sa.Column("by_label", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changes", JSONData(), nullable=False),
        sa.Column("tab", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_revision_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_revision_submission_id")),
    )
    op.create_table(
        "role_held",
        sa.Column("user_id", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_role_held_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_role_held")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("pending_secret", sa.Text(), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_in_session_user_id_user")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_session")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "submission_data",
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("answers", JSONData(), nullable=False),
        sa.Column("incomplete", JSONData(), nullable=False),
        sa.Column("prefilled", JSONData(), nullable=False),
        sa.Column("acknowledged", JSONData(), nullable=False),
        sa.Column("record", JSONData(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_submission_data_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission_data")),
    )
    op.create_table(
        "submission_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("item_path", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_submission_person_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_person")),
    )
    with op.batch_alter_table("submission_person", schema=None) as batch_op:
        batch_op.create_index("ix_submission_person_folded", ["folded"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_submission_person_submission_id"), ["submission_id"], unique=False
        )

    op.create_table(
        "clock",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("episode_id", sa.String(length=20), nullable=False),
        sa.Column("rule_id", sa.String(length=60), nullable=False),
        sa.Column("rule", JSONData(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("met_at", UTCDateTime(), nullable=True),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.Column("stopped_because", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_clock_episode_id_episode")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_clock_episode_id"), ["episode_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("council", sa.String(length=60), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("episode_id", sa.String(length=20), nullable=True),
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("engine_version", sa.String(length=60), nullable=False),
        sa.Column("produced_by", sa.String(length=20), nullable=True),
        sa.Column("produced_by_label", sa.Text(), nullable=False),
        sa.Column("produced_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=20), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_document_episode_id_episode")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_document_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_episode_produced", ["episode_id", "produced_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "paper",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("episode_id", sa.String(length=20), nullable=False),
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("paper", sa.String(length=60), nullable=False),
        sa.Column("about_id", sa.String(length=20), nullable=True),
        sa.Column("started_by", sa.String(length=20), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("followed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["about_id"], ["paper.id"], name=op.f("fk_paper_about_id_paper")),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_paper_episode_id_episode")),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_paper_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_paper_submission_id")),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_episode_id"), ["episode_id"], unique=False)

    op.create_table(
        "request_attachment",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("episode_id", sa.String(length=20), nullable=False),
        sa.Column("from_family_id", sa.String(length=20), nullable=False),
        sa.Column("to_family_id", sa.String(length=20), nullable=False),
        sa.Column("to_episode_id", sa.String(length=20), nullable=True),
        sa.Column("moved", JSONData(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=20), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.Column("undone_by_id", sa.String(length=20), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episode.id"], name=op.f("fk_request_attachment_episode_id_episode")
        ),
        sa.ForeignKeyConstraint(
            ["from_family_id"], ["family.id"], name=op.f("fk_request_attachment_from_family_id_family")
        ),
        sa.ForeignKeyConstraint(
            ["to_episode_id"], ["episode.id"], name=op.f("fk_request_attachment_to_episode_id_episode")
        ),
        sa.ForeignKeyConstraint(
            ["to_family_id"], ["family.id"], name=op.f("fk_request_attachment_to_family_id_family")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_attachment")),
    )
    with op.batch_alter_table("request_attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_attachment_episode_id"), ["episode_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_request_attachment_to_family_id"), ["to_family_id"], unique=False
        )

    op.create_table(
        "stage_change",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("episode_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_stage", sa.String(length=60), nullable=False),
        sa.Column("to_stage", sa.String(length=60), nullable=False),
        sa.Column("transition", sa.String(length=60), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.String(length=20), nullable=True),
        sa.Column("by_label", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episode.id"], name=op.f("fk_stage_change_episode_id_episode")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_change")),
    )
    with op.batch_alter_table("stage_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stage_change_episode_id"), ["episode_id"], unique=False)

    for statement in KEEP_SQLITE if op.get_bind().dialect.name == "sqlite" else KEEP_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("stage_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stage_change_episode_id"))

    op.drop_table("stage_change")
    with op.batch_alter_table("request_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_attachment_to_family_id"))
        batch_op.drop_index(batch_op.f("ix_request_attachment_episode_id"))

    op.drop_table("request_attachment")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_episode_id"))

    op.drop_table("paper")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_submission_id"))
        batch_op.drop_index(batch_op.f("ix_document_sha256"))
        batch_op.drop_index("ix_document_episode_produced")

    op.drop_table("document")
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clock_episode_id"))
        batch_op.drop_index(batch_op.f("ix_clock_due_at"))

    op.drop_table("clock")
    with op.batch_alter_table("submission_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_person_submission_id"))
        batch_op.drop_index("ix_submission_person_folded")

    op.drop_table("submission_person")
    op.drop_table("submission_data")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_session_user_id"))

    op.drop_table("sign_in_session")
    op.drop_table("role_held")
    op.drop_table("revision")
    op.drop_table("resume_key")
    with op.batch_alter_table("relationship", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relationship_source_submission_id"))
        batch_op.drop_index(batch_op.f("ix_relationship_person_id"))
        batch_op.drop_index(batch_op.f("ix_relationship_other_id"))

    op.drop_table("relationship")
    with op.batch_alter_table("password_reset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_reset_user_id"))

    op.drop_table("password_reset")
    with op.batch_alter_table("family_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_person_source_submission_id"))
        batch_op.drop_index(batch_op.f("ix_family_person_person_id"))
        batch_op.drop_index(batch_op.f("ix_family_person_family_id"))

    op.drop_table("family_person")
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_episode_team"))
        batch_op.drop_index("ix_episode_stage_opened")
        batch_op.drop_index(batch_op.f("ix_episode_lead_id"))
        batch_op.drop_index(batch_op.f("ix_episode_family_id"))
        batch_op.drop_index(batch_op.f("ix_episode_attached_to_id"))

    op.drop_table("episode")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_source_submission_id"))
        batch_op.drop_index(batch_op.f("ix_consent_given_by_id"))
        batch_op.drop_index("ix_consent_family_purpose")
        batch_op.drop_index(batch_op.f("ix_consent_family_id"))

    op.drop_table("consent")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_submission_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_sha256"))

    op.drop_table("attachment")
    op.drop_table("user")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_listing")
        batch_op.drop_index(batch_op.f("ix_submission_form_sha256"))
        batch_op.drop_index("ix_submission_expiry")
        batch_op.drop_index(batch_op.f("ix_submission_author_id"))

    op.drop_table("submission")
    with op.batch_alter_table("published_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_version_sha256"))

    op.drop_table("published_version")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_source_submission_id"))
        batch_op.drop_index(batch_op.f("ix_person_folded"))
        batch_op.drop_index(batch_op.f("ix_person_council"))

    op.drop_table("person")
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_created")

    op.drop_table("notification")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_due")

    op.drop_table("job")
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_council"))

    op.drop_table("family")
    with op.batch_alter_table("failed_try", schema=None) as batch_op:
        batch_op.drop_index("ix_failed_try_key_at")

    op.drop_table("failed_try")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_subject")

    op.drop_table("audit_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_audit()")
