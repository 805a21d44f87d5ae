"""The pages of the bank: finding, reading, reporting, and one's own questions."""
