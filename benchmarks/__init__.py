"""What we claim about speed and size, one command each. They print ratios measured in one run."""
