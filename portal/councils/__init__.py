"""A council's service as data: workflow, clocks, teams, roles, documents, wording, lists. Knows no Flask app and no database."""
