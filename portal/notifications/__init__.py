"""E-mails: written from the council's notices with a reference and a link and nothing else, then sent by the worker."""
