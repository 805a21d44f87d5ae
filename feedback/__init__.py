"""What a typed answer covers of a question's key points: pure Python, offline, advisory."""
