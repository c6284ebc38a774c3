"""What a form is: its definition, conditions, journey, kinds of question and summary. Knows no Flask app and no database."""
