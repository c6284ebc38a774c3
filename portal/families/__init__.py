"""Families: the people of a family, how they are related and what they have agreed to. No forms are filled here."""
