"""A phone number people text to get short, vetted, sourced health answers; 988 comes first."""
