"""Episodes: a family's journey from a request to closing. It joins submissions and families and is the only writer of a stage."""
