"""What is made from a form definition and never written by hand: schemas, the map in plain words, sample answers, tried scenarios."""
