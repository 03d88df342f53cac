"""What is printed for eyes: tables and small charts. Plain text off a terminal, and no colour there."""
