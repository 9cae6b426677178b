"""Long runs that prove right or wrong: make soak."""
