"""Rules an answer must meet before people may read it."""
