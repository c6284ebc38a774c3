"""What staff change in the browser of what their council writes: Word templates. What a template may hold is `word`; what is in force is `publishing`."""
