"""Word files: templates checked and compiled once, filled, repaired, read and written. No Flask, no database, no form: values in, bytes out."""
