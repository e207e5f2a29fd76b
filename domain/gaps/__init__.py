"""Where somebody's figures stand far from those of comparable peers, and what changed later."""
