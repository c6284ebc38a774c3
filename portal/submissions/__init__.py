"""Forms being filled or sent: drafts, revisions, attachments, resuming, sending. Families and episodes are other rooms."""
