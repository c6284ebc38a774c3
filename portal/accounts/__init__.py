"""People who sign in: their accounts, passwords, second step, sessions and the roles they hold. What a role may do stands in `access`."""
