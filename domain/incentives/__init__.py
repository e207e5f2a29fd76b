"""Pay: who is credited with what was sold, what a plan pays for it, and why it is what it is."""
