"""What a researcher asks: a study that answers with tables, charts and sentences, and a paper that takes what they add."""
