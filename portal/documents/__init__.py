"""Word documents: checking templates, filling them with answers, keeping what was produced, printing to PDF. Nothing here changes a record."""
