"""What somebody may ask, by law, to see of what is written about them."""
